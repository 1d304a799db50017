/** What is not walked into: its fields are no part of a config. */
type Leaf =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined
  | URL
  | ((...args: never[]) => unknown);

/** `T`, read-only at every depth: what a frozen value is. */
export type DeepReadonly<T> = unknown extends T
  ? T
  : T extends Leaf
    ? T
    : IsArray<T> extends true
      ? ReadonlyItems<(T & readonly unknown[])[number]>
      : { readonly [K in keyof T]: DeepReadonly<T[K]> };

/** Whether all items are of one kind: a tuple, also an open one (`[string, ...number[]]`), keeps its form. */
type IsArray<T> = T extends readonly unknown[]
  ? number extends T['length']
    ? T extends readonly [unknown, ...unknown[]] | readonly [...unknown[], unknown]
      ? false
      : true
    : false
  : false;

/** An interface, since a recursive array alias would be expanded without end. */
interface ReadonlyItems<Item> extends ReadonlyArray<DeepReadonly<Item>> {}

/** Counts down, so that a type that refers to itself has paths of at most this depth. */
type Shallower = [never, 0, 1, 2, 3, 4, 5, 6, 7];

type KeyOf<T> = T extends readonly unknown[]
  ? `${number}`
  : T extends object
    ? (keyof T & (string | number)) | KnownKey<T>
    : never;

/** The keys that have a name: those of index signatures have none. */
type KnownKey<T> = keyof {
  [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K];
} &
  (string | number);

type PathsIn<T, Depth extends number> = T extends Leaf
  ? never
  : {
      [K in KeyOf<T>]: `${K}` | `${K}.${PathOf<Step<T, `${K}`>, Shallower[Depth]>}`;
    }[KeyOf<T>];

/** Every dotted path into `T`, for completion; any text where `T` is unknown. A key with a dot needs the array form. */
export type PathOf<T, Depth extends number = 7> = unknown extends T
  ? string
  : [Depth] extends [never]
    ? never
    : PathsIn<T, Depth>;

/** The member `Key` of `T`; where it may be absent (index signatures, array items, optional parents) also undefined. */
type Step<T, Key extends string> = T extends Leaf
  ? undefined
  : T extends readonly (infer Item)[]
    ? number extends T['length']
      ? Item | undefined
      : Key extends keyof T
        ? T[Key]
        : undefined
    : string extends keyof T
      ? Key extends KnownKey<T>
        ? T[Key & keyof T]
        : T[string & keyof T] | undefined
      : Key extends keyof T
        ? T[Key]
        : Key extends `${infer Index extends number}`
          ? Index extends keyof T
            ? T[Index]
            : undefined
          : undefined;

/** The type at a dotted path. Splits at the first dot before it looks up keys. */
export type ValueAt<T, P extends string> = unknown extends T
  ? unknown
  : P extends `${infer Head}.${infer Rest}`
    ? ValueAt<Step<T, Head>, Rest>
    : Step<T, P>;

/** The type at a path in array form. */
export type ValueAtKeys<T, P extends readonly (string | number)[]> = unknown extends T
  ? unknown
  : P extends readonly [
        infer Head extends string | number,
        ...infer Rest extends (string | number)[],
      ]
    ? ValueAtKeys<Step<T, `${Head}`>, Rest>
    : P extends readonly []
      ? T
      : unknown;
