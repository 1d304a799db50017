import type { JsonValue } from '../ports/json.ts';
import { isContainer } from './kind.ts';
import type { Pause } from './pause.ts';
import { finish, newWalk, type Reconciled, reconciled, UNSURE, type Walk } from './reconcile.ts';
import type { SealLimits } from './seal.ts';

/** Keys and items that are walked in one turn: a few milliseconds. */
const KEYS_A_TURN = 20_000;
/** A container with so many is no part by itself, wherever it is. */
const MANY = 1_000;
/** One with so few is none near the top: a part would be as good as the whole. */
const FEW = 32;
const NEAR_TOP = 3;

/**
 * `reconcile` for what is large: the same walk, part by part, and others have the thread in between. A part that is
 * through is passed over by the walk of the whole.
 */
export async function reconcileInTurns(
  before: JsonValue | undefined,
  next: JsonValue,
  limits: SealLimits,
  pause: Pause,
): Promise<Reconciled | undefined> {
  const walk = newWalk(limits, new Set());
  try {
    let due = KEYS_A_TURN;
    for (const _ of isContainer(next) ? parts(walk, before, next, 0) : []) {
      if (walk.keys < due) continue;
      // oxlint-disable-next-line no-await-in-loop -- one turn after the other is what this is about
      await pause();
      due = walk.keys + KEYS_A_TURN;
    }
  } catch (thrown) {
    if (thrown === UNSURE) return undefined;
    throw thrown;
  }
  await pause();
  return finish(walk, before, next);
}

/** Walks what is in `after`, and yields after each part. */
function* parts(walk: Walk, before: unknown, after: object, depth: number): Generator<void> {
  // each level is a frame of its own, and a text of some megabytes has thousands
  if (depth >= walk.limits.maxDepth) throw UNSURE;
  const items = after as Record<string | number, unknown>;
  const old = (
    isContainer(before) && Array.isArray(before) === Array.isArray(after) ? before : {}
  ) as typeof items;
  const isNearTop = depth < NEAR_TOP && widthOf(after) <= FEW;
  for (const key of keysOf(after)) {
    const item = items[key];
    // the walk of the whole gives up at that key
    if (!isContainer(item) || key === '__proto__') continue;
    const was = old[key];
    if (isNearTop || widthOf(item) >= MANY) yield* parts(walk, was, item, depth + 1);
    if (reconciled(walk, was, item, depth + 1) === was) items[key] = was;
    else walk.done!.add(item);
    yield;
  }
}

/** The indexes of a list as numbers: a million of them as texts take longer than the walk. */
function keysOf(container: object): Iterable<string | number> {
  return Array.isArray(container) ? container.keys() : Object.keys(container);
}

function widthOf(container: object): number {
  return Array.isArray(container) ? container.length : Object.keys(container).length;
}
