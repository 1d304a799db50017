import type { Secret } from './secret.ts';

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
  | Secret<unknown>
  | ((...args: never[]) => unknown);

/** `T`, read-only at every depth: what a frozen value is. */
export type DeepReadonly<T> = unknown extends T
  ? T
  : T extends Leaf
    ? T
    : T extends OpenTuple
      ? ReadonlyMembers<T>
      : T extends readonly (infer Item)[]
        ? number extends T['length']
          ? ReadonlyItems<Item>
          : ReadonlyMembers<T>
        : ReadonlyMembers<T>;

/** Of any length, like an array, but with items that have a place: it keeps its form. */
type OpenTuple = readonly [unknown, ...unknown[]] | readonly [...unknown[], unknown];

type ReadonlyMembers<T> = { readonly [K in keyof T]: DeepReadonly<T[K]> };

/** An interface, since a recursive array alias would be expanded without end. */
interface ReadonlyItems<Item> extends ReadonlyArray<DeepReadonly<Item>> {}

/** Counts down, so that a type that refers to itself has paths of at most this depth. */
type Shallower = [never, 0, 1, 2, 3, 4, 5, 6, 7];

type KeyOf<T> = T extends readonly unknown[]
  ? `${number}`
  : T extends object
    ? (string extends keyof T ? KnownKey<T> : keyof T) & (string | number)
    : never;

/** The keys that are named one by one, beside an index signature. */
type KnownKey<T> = keyof {
  [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K];
};

/** Any text; an editor still completes what stands beside it in a union. */
type AnyText = string & {};

type PathsIn<T, Depth extends number> = T extends Leaf
  ? never
  : | {
        [K in KeyOf<T>]: `${K}` | `${K}.${PathOf<Step<T, `${K}`>, Shallower[Depth]>}`;
      }[KeyOf<T>]
    | (string extends keyof T ? AnyText : never);

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
    ? Key extends Exclude<keyof T, keyof unknown[]>
      ? T[Key]
      : number extends T['length']
        ? Item | undefined
        : Key extends keyof T
          ? T[Key]
          : undefined
    : string extends keyof T
      ? Key extends `${KnownKey<T> & (string | number)}`
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
