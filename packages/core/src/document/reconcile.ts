import type { JsonValue } from '../ports/json.ts';
import { isContainer, type PlainObject } from './kind.ts';
import type { SealLimits } from './seal.ts';

/** What a text says, in terms of what was known. */
export interface Reconciled {
  readonly value: JsonValue;
  /** So many leaves of the known one are missing at most, and none where it is 0. `Infinity` where nobody has counted. */
  readonly lost: number;
}

/**
 * `share` and `seal` in one walk, for what `JSON.parse` made a moment ago: there are no classes in it, and nothing of it
 * is frozen. A document that changes all over is through in a third of the time.
 *
 * It is written for speed, and what that costs was measured on 1 MB: no class, since the code for its instances is thrown
 * away at a full collection while there are none, and what runs once a minute would always begin anew (five times as
 * long); no call for a leaf (a third more).
 *
 * @param before A sealed document; undefined where nothing was known.
 * @returns Undefined where something is to be refused, or looks like it: `share` and `seal` say what, and where. They may
 * be given the same `next`, though parts of it are patched and frozen by now.
 */
export function reconcile(
  before: JsonValue | undefined,
  next: JsonValue,
  limits: SealLimits,
): Reconciled | undefined {
  return finish(newWalk(limits), before, next);
}

/** The whole, beside what is `done`. */
export function finish(
  walk: Walk,
  before: JsonValue | undefined,
  next: JsonValue,
): Reconciled | undefined {
  // a list of one: the document goes the way of its parts, and takes no level
  const after: [JsonValue] = [next];
  try {
    reconciledItems(walk, [before], after, -1);
  } catch (thrown) {
    if (thrown === UNSURE) return undefined;
    throw thrown;
  }
  const [value] = after;
  const lost = (notedSize(before) ?? Infinity) - walk.known + walk.replaced;
  noteSize(value, walk.keys);
  return { value, lost };
}

/** How far a document has been walked. */
export interface Walk {
  readonly limits: SealLimits;
  /** Containers that were walked before the whole is, and are not the old ones: see `reconcileInTurns`. */
  readonly done: Set<object> | undefined;
  /** Keys and items so far. */
  keys: number;
  /** Those of them that were there before. */
  known: number;
  /** Containers that became something else. */
  replaced: number;
}

export function newWalk(limits: SealLimits, done?: Set<object>): Walk {
  return { limits, done, keys: -1, known: -1, replaced: 0 };
}

/** Keys and items of large documents, so that nobody has to count what there was: in objects of thousands it takes long. */
const sizes = new WeakMap<object, number>();
const LARGE = 1_000;

/** Somebody counted the keys and items of a document. */
export function noteSize(value: unknown, entries: number): void {
  if (entries >= LARGE && isContainer(value)) sizes.set(value, entries);
}

/** Keys and items of a document; undefined where nobody has counted. */
export function notedSize(before: unknown): number | undefined {
  return isContainer(before) ? sizes.get(before) : 0;
}

/** Thrown where the walk gives up. */
export const UNSURE: Error = new Error('not decided here');

/** A container in terms of the old one: that one itself, where they are equal. */
export function reconciled(walk: Walk, before: unknown, after: object, depth: number): unknown {
  if (walk.done?.has(after)) return after;
  if (depth >= walk.limits.maxDepth) throw UNSURE;
  if (Array.isArray(after)) {
    if (Array.isArray(before)) return reconciledItems(walk, before, after, depth);
    if (isContainer(before)) walk.replaced++;
    return reconciledItems(walk, NO_ITEMS, after, depth);
  }
  if (isContainer(before) && !Array.isArray(before))
    return reconciledEntries(walk, before as PlainObject, after as PlainObject, depth);
  if (isContainer(before)) walk.replaced++;
  return newEntries(walk, after as PlainObject, depth);
}

const NO_ITEMS: readonly unknown[] = Object.freeze([]);

function reconciledItems(
  walk: Walk,
  before: readonly unknown[],
  after: unknown[],
  depth: number,
): unknown {
  const { length } = after;
  count(walk, length);
  const both = Math.min(length, before.length);
  walk.known += both;
  let isSame = before.length === length && before !== NO_ITEMS;
  for (let i = 0; i < length; i++) {
    const old = i < both ? before[i] : undefined;
    const item = after[i];
    if (old === item) continue;
    if (typeof item === 'object' && item !== null) {
      if (reconciled(walk, old, item, depth + 1) === old) after[i] = old;
      else isSame = false;
    } else {
      isSame = false;
      if (item === Infinity || item === -Infinity) throw UNSURE;
      if (typeof old === 'object' && old !== null) walk.replaced++;
    }
  }
  return isSame ? before : Object.freeze(after);
}

function reconciledEntries(
  walk: Walk,
  before: PlainObject,
  after: PlainObject,
  depth: number,
): unknown {
  let keys = 0;
  let known = 0;
  let same = 0;
  for (const key in after) {
    // the other one is forbidden under `constructor` alone
    if (key === '__proto__' || key === 'prototype') throw UNSURE;
    keys++;
    const old = before[key];
    const item = after[key];
    // no document holds a function or undefined: those are of the prototype, or of nobody
    if (old !== undefined && typeof old !== 'function') known++;
    if (old === item) same++;
    else if (typeof item === 'object' && item !== null) {
      if (reconciled(walk, old, item, depth + 1) !== old) continue;
      after[key] = old;
      same++;
    } else {
      if (item === Infinity || item === -Infinity) throw UNSURE;
      if (typeof old === 'object' && old !== null) walk.replaced++;
    }
  }
  count(walk, keys);
  walk.known += known;
  const isSame = same === keys && Object.keys(before).length === keys;
  return isSame ? before : Object.freeze(after);
}

function newEntries(walk: Walk, after: PlainObject, depth: number): unknown {
  let keys = 0;
  for (const key in after) {
    if (key === '__proto__' || key === 'prototype') throw UNSURE;
    keys++;
    const item = after[key];
    if (typeof item === 'object' && item !== null) reconciled(walk, undefined, item, depth + 1);
    else if (item === Infinity || item === -Infinity) throw UNSURE;
  }
  count(walk, keys);
  return Object.freeze(after);
}

function count(walk: Walk, keys: number): void {
  walk.keys += keys;
  if (walk.keys > walk.limits.maxKeys) throw UNSURE;
}
