import { HoldfastError } from '../errors.ts';
import { kindOf } from './kind.ts';

/** Where something stands in a document: keys of objects and indexes of arrays, from the top. */
export type Path = readonly (string | number)[];

/**
 * Splits a dotted path; a key that has a dot itself needs the array form. `''` is the top.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS` for what is neither.
 */
export function parsePath(path: string | Path): Path {
  if (typeof path === 'string') return path === '' ? [] : path.split('.');
  if (Array.isArray(path)) return path;
  const text = `Cannot use ${kindOf(path)} as a path: it must be a text or a list of keys`;
  throw new HoldfastError('INVALID_OPTIONS', text);
}

/** The dotted form for people, e.g. `pool.size`, `servers.0.host`, `labels["a.b"]`; the top is `(top)`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const key of path) {
    const plain = typeof key === 'number' || (key !== '' && !/[."[\]\s\p{C}]/u.test(key));
    if (plain) text += text === '' ? key : `.${key}`;
    else text += `[${visible(JSON.stringify(key))}]`;
  }
  return text === '' ? '(top)' : text;
}

/** Breaks lines, moves cursors or turns text round; JSON escapes only some of it. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** `text` as a part of one line: what is not seen in it, or ends the line, stands as `\\u{a}`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
}

/** The value at `path`, or `undefined` where there is none. Sees own keys only. */
export function getAt(value: unknown, path: Path): unknown {
  let node = value;
  for (const key of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    if (Array.isArray(node) && key === 'length') return undefined;
    node = (node as Record<string | number, unknown>)[key];
  }
  return node;
}

/** Whether `path` is `prefix` or below it. Numbers and their text are the same key. */
export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((key, i) => String(key) === String(path[i]));
}
