import { isPlainObject, type PlainObject } from './kind.ts';
import { getAt, type Path } from './path.ts';

/** Stands for every key or index at its place in a path. */
export const ANY_KEY = '*';

/**
 * `value` with each item at its path, or without what is there where it is undefined, one after the other. Nothing is
 * written to: what is on the way is copied, once however many go there; all else is shared. A path that leads through a
 * leaf sets nothing; arrays grow and shrink only at their ends.
 */
export function setAll(value: unknown, items: readonly Item[]): unknown {
  const made = new Set<unknown>();
  return items.reduce<unknown>((so, { path, item }) => put(so, { path, item, made }), value);
}

/** `setAll` for one item. */
export function setAt(value: unknown, path: Path, item: unknown): unknown {
  return setAll(value, [{ path, item }]);
}

/** What is to be at a path; undefined where nothing is. */
interface Item {
  readonly path: Path;
  readonly item: unknown;
}

/** One of them, and the containers that were made for those before it: nobody else has them yet. */
interface Due extends Item {
  readonly made: Set<unknown>;
}

function put(value: unknown, { path, item, made }: Due): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return item;
  if (Array.isArray(value)) return putItem(value, indexOf(key), { path: rest, item, made });
  if (!isPlainObject(value) && !(value === undefined && item !== undefined)) return value;
  const copy: PlainObject = made.has(value) ? value! : { ...value };
  made.add(copy);
  const own = Object.hasOwn(copy, key) ? copy[key] : undefined;
  const set = put(own, { path: rest, item, made });
  if (set === undefined) delete copy[key];
  // a plain assignment of `__proto__` would set the prototype
  else Object.defineProperty(copy, key, { value: set, ...WRITABLE });
  return copy;
}

/** The index that a key is; -1 for what is none, such as `01` and the empty text. */
function indexOf(key: string | number): number {
  return String(Number(key)) === String(key) ? Number(key) : -1;
}

const WRITABLE = { enumerable: true, configurable: true, writable: true } as const;

function putItem(items: readonly unknown[], index: number, due: Due): readonly unknown[] {
  const { path, item, made } = due;
  const last = items.length - 1;
  const grows = index === items.length && path.length === 0 && item !== undefined;
  if (!(index in items) && !grows) return items;
  const set = put(items[index], due);
  if (set === undefined && index !== last) return items;
  const copy = made.has(items) ? (items as unknown[]) : Array.from(items);
  made.add(copy);
  if (set === undefined) copy.length = last;
  else copy[index] = set;
  return copy;
}

/**
 * For sorting: items can be put at their paths in this order, and taken away in the reverse order, since arrays grow and
 * shrink only at their ends.
 */
export function byIndex(a: Path, b: Path): number {
  return indexIn(a) - indexIn(b);
}

function indexIn(path: Path): number {
  const index = Number(path.at(-1));
  return Number.isInteger(index) ? index : -1;
}

/**
 * The paths that one with `*` in it stands for, in either of two values. On the way to more, `*` stands for what both
 * have: what is in one alone came or went as a whole, and a part of it would be no use to anybody.
 */
export function expandPath(path: Path, a: unknown, b: unknown): readonly Path[] {
  const at = path.indexOf(ANY_KEY);
  if (at < 0) return [path];
  const [head, tail] = [path.slice(0, at), path.slice(at + 1)];
  const [inA, inB] = [getAt(a, head), getAt(b, head)];
  const [ofA, ofB] = [keysOf(inA), new Set(keysOf(inB))];
  const keys = tail.length === 0 ? new Set([...ofA, ...ofB]) : ofA.filter((key) => ofB.has(key));
  return [...keys].flatMap((key) =>
    expandPath(tail, getAt(inA, [key]), getAt(inB, [key])).map((rest) => [...head, key, ...rest]),
  );
}

function keysOf(value: unknown): Path {
  if (Array.isArray(value)) return [...value.keys()];
  return isPlainObject(value) ? Object.keys(value) : [];
}
