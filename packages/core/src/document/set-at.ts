import { isPlainObject, type PlainObject } from './kind.ts';
import { getAt, type Path } from './path.ts';

/** Stands for every key or index at its place in a path. */
export const ANY_KEY = '*';

/**
 * `value` with `item` at `path`, or without what is there where `item` is undefined. Nothing is written to: what is on
 * the way is copied, all else shared. A path that leads through a leaf sets nothing; arrays grow and shrink only at
 * their ends.
 */
export function setAt(value: unknown, path: Path, item: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return item;
  if (Array.isArray(value)) return setItem(value, Number(key), { rest, item });
  if (!isPlainObject(value) && !(value === undefined && item !== undefined)) return value;
  const copy: PlainObject = { ...value };
  const own = Object.hasOwn(copy, key) ? copy[key] : undefined;
  const set = setAt(own, rest, item);
  if (set === undefined) delete copy[key];
  // a plain assignment of `__proto__` would set the prototype
  else Object.defineProperty(copy, key, { value: set, ...WRITABLE });
  return copy;
}

const WRITABLE = { enumerable: true, configurable: true, writable: true } as const;

function setItem(
  items: readonly unknown[],
  index: number,
  { rest, item }: { rest: Path; item: unknown },
): readonly unknown[] {
  const grows = index === items.length && rest.length === 0 && item !== undefined;
  if (!(index in items) && !grows) return items;
  const set = setAt(items[index], rest, item);
  if (set !== undefined) return grows ? [...items, set] : items.with(index, set);
  return index === items.length - 1 ? items.slice(0, -1) : items;
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
  const [ofA, ofB] = [a, b].map((value) => keysOf(getAt(value, head))) as [Keys, Keys];
  const keys =
    tail.length === 0 ? [...new Set([...ofA, ...ofB])] : ofA.filter((key) => ofB.includes(key));
  return keys.flatMap((key) => expandPath([...head, key, ...tail], a, b));
}

type Keys = readonly (string | number)[];

function keysOf(value: unknown): Keys {
  if (Array.isArray(value)) return [...value.keys()];
  return isPlainObject(value) ? Object.keys(value) : [];
}
