import { isPlainObject, type PlainObject } from './kind.ts';
import { getAt, type Path } from './path.ts';

/** Stands for every key or index at its place in a path. */
export const ANY_KEY = '*';

/**
 * `value` with `item` at `path`, or without what is there where `item` is undefined. Nothing is written to: what is on
 * the way is copied, all else shared. A path that leads through a leaf sets nothing.
 */
export function setAt(value: unknown, path: Path, item: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return item;
  if (Array.isArray(value)) {
    const index = Number(key);
    if (!(index in value)) return value;
    return value.with(index, setAt(value[index], rest, item));
  }
  if (!isPlainObject(value) && !(value === undefined && item !== undefined)) return value;
  const copy: PlainObject = { ...value };
  const own = Object.hasOwn(copy, key) ? copy[key] : undefined;
  const set = setAt(own, rest, item);
  if (set === undefined) delete copy[key];
  else copy[key] = set;
  return copy;
}

/** The paths that one with `*` in it stands for, in either of two values. */
export function expandPath(path: Path, a: unknown, b: unknown): readonly Path[] {
  const at = path.indexOf(ANY_KEY);
  if (at < 0) return [path];
  const [head, tail] = [path.slice(0, at), path.slice(at + 1)];
  const keys = new Set([a, b].flatMap((value) => keysOf(getAt(value, head))));
  return [...keys].flatMap((key) => expandPath([...head, key, ...tail], a, b));
}

function keysOf(value: unknown): readonly (string | number)[] {
  if (Array.isArray(value)) return [...value.keys()];
  return isPlainObject(value) ? Object.keys(value) : [];
}
