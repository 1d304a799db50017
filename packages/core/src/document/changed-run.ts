import type { JsonValue } from '../ports/json.ts';
import { countEntries } from './byte-index.ts';
import { countRemoved } from './count-removed.ts';
import type { Run } from './entry-runs.ts';
import { JsonCursor } from './json-cursor.ts';
import type { PlainObject } from './kind.ts';
import { getAt, type Path } from './path.ts';
import type { Edit } from './replaced.ts';
import { seal, type SealLimits } from './seal.ts';
import { share } from './share.ts';

/** A text, what it says (sealed), and the text that comes after it. */
export interface ChangedText {
  readonly before: Uint8Array;
  readonly raw: JsonValue;
  readonly after: Uint8Array;
  readonly limits: SealLimits;
}

/** A run of the old text, and where it stands in the new one. */
interface Place {
  readonly run: Run;
  readonly nowFrom: number;
  readonly nowTo: number;
}

/** What a run became. */
export interface Changed extends Place {
  /** Undefined where it says the same. */
  readonly edit: Edit | undefined;
  /** Keys and items that are more now, of all levels. */
  readonly grown: number;
  /** Leaves that are gone. */
  readonly lost: number;
}

type Container = PlainObject | readonly unknown[];

/** Reads the entries of a run as they are now; undefined where it is none any more, or says what no document may. */
export function readRun(text: ChangedText, place: Place): Changed | undefined {
  const { run } = place;
  const container = getAt(text.raw, run.parent) as Container;
  const now = entriesAt(text.after, place);
  if (now === undefined || !fits(now, run, container)) return undefined;
  const old = entriesOf(container, run.keys);
  const next = sealed(old, now, text.limits.maxDepth - run.parent.length);
  if (next === undefined) return undefined;
  const grown = countEntries(next) - countEntries(old);
  if (next === old) return { ...place, edit: undefined, grown, lost: 0 };
  const edit = { parent: run.parent, ...editOf(run.keys, next) };
  return { ...place, edit, grown, lost: countRemoved(old, next).removed };
}

/** Undefined where the bytes are no entries, or have a key twice. */
function entriesAt(bytes: Uint8Array, { run, nowFrom, nowTo }: Place): Container | undefined {
  try {
    // a byte order mark may only begin a text, so it is not skipped here
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const text = `${run.head}${decoder.decode(bytes.subarray(nowFrom, nowTo))}${run.tail}`;
    const entries = JSON.parse(text) as Container;
    return countEntries(entries) === entriesIn(text) ? entries : undefined;
  } catch {
    return undefined;
  }
}

function entriesIn(text: string): number {
  const cursor = new JsonCursor(new TextEncoder().encode(text));
  while (cursor.next());
  return cursor.entries;
}

/**
 * Whether these entries can stand in the place of a run: no key is elsewhere in the container, no item would move. They are
 * an object or a list: the head says so, or the bracket that the run begins with, which is still there.
 */
function fits(now: Container, { isList, keys, head, tail }: Run, container: Container): boolean {
  const nowKeys = Object.keys(now);
  // from its bracket, or its first item, to its bracket: else there has to be one, or a comma would have nothing to part
  const isAll = tail === '' && (head === '' || keys[0] === 0);
  if (Array.isArray(now) !== isList || (nowKeys.length === 0 && !isAll)) return false;
  if (isList) return nowKeys.length === keys.length || tail === '';
  const known = new Set(keys);
  // a key that leads to a prototype is told by who reads the whole
  const isNew = (key: string): boolean =>
    key !== '__proto__' && key !== 'prototype' && !Object.hasOwn(container, key);
  return nowKeys.every((key) => known.has(key) || isNew(key));
}

/** What a run was, beside what it is now: items of a list are compared place by place. */
function entriesOf(container: Container, keys: Path): Container {
  const items = container as PlainObject;
  if (Array.isArray(container)) return keys.map((key) => items[key]);
  return Object.fromEntries(keys.map((key) => [key, items[key]]));
}

function editOf(keys: Path, next: Container): Omit<Edit, 'parent'> {
  if (Array.isArray(next)) {
    const [first = 0] = keys as readonly number[];
    const values = new Map(next.map((item, i) => [first + i, item as unknown]));
    return { values, lost: keys.slice(next.length) };
  }
  const values = new Map<string | number, unknown>(Object.entries(next));
  return { values, lost: keys.filter((key) => !values.has(key)) };
}

function sealed(old: Container, now: Container, maxDepth: number): Container | undefined {
  try {
    return seal(share(old, now), old, { maxDepth, maxKeys: Infinity });
  } catch {
    return undefined;
  }
}
