import { isHoldfastError } from '@holdfast/core';
import {
  contentOf,
  equal,
  everything,
  losesMost,
  policy,
  type Value,
  valueOf,
} from './documents.fixture.ts';
import type { World } from './world.fixture.ts';

/** No wait is longer, whatever happened. */
const LONGEST_MS = Math.max(policy.polling.maxIntervalMs, 300_000);

/** What was seen at the last step, to compare with: by process. */
const last = new WeakMap<object, { readonly value: Value | undefined; readonly version: number }>();

/** Holds what the process shows against what the model says. */
export function check(world: World): void {
  same(world.violations[0], undefined, 'violation');
  checkValue(world);
  checkStatus(world);
  checkPolls(world);
  checkCache(world);
}

/** As `expect().toEqual()`, but fast: it is called some hundred thousand times. */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (!equal(actual, expected))
    throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

function checkValue({ running, model }: World): void {
  const value = current(running);
  same(value, model.value, 'current');
  same(isFrozen(value), true, 'current is frozen');
  const before = last.get(running);
  if (before?.version === model.version)
    same(value === before.value, true, 'current keeps its identity');
  const next = before && model.version === before.version + 1;
  if (next && before.value?.keys && equal(before.value.keys, value?.keys))
    same(value?.keys === before.value.keys, true, 'an unchanged subtree keeps its identity');
  last.set(running, { value, version: model.version });
}

function current({ handle }: World['running']): Value | undefined {
  try {
    return handle.current;
  } catch (error) {
    same(isHoldfastError(error) && error.code, 'NO_VALUE', 'current');
    return undefined;
  }
}

export function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

/** What is known of the last document, by what was met last. */
function validationBy({ doc, lastFailure }: World['model']): 'valid' | 'refused' | undefined {
  if (lastFailure) return lastFailure.code === 'LOAD_FAILED' ? undefined : 'refused';
  return doc ? 'valid' : undefined;
}

function checkStatus({ running, model, clock }: World): void {
  const { lastFailure, next: _next, sources, ...status } = running.handle.status;
  const { confirmedAt, waiting } = model;
  const expected = {
    config: 'app',
    state: model.state,
    from: !model.doc ? 'defaults' : model.confirmed ? 'origin' : 'cache',
    version: model.version,
    level: model.level,
    paused: model.paused,
    breaker: 'closed',
    validation: validationBy(model),
    overrides: 0,
    pendingRestart: [],
    pinned: undefined,
    diverged: [],
    ageMs: confirmedAt === undefined ? undefined : clock.monotonic() - confirmedAt,
    lastSuccessAt: model.lastSuccessAt,
  };
  same(status, expected, 'status');
  same(lastFailure && { code: lastFailure.code, at: lastFailure.at }, model.lastFailure, 'failure');
  const [source] = sources;
  same(source?.waiting?.kind, waiting?.kind, 'waiting');
  if (source?.waiting?.kind === 'held' && waiting)
    same(source.waiting.until - clock.now(), waiting.opensAt - clock.monotonic(), 'held until');
  if (status.state !== 'expired' && running.state !== 'expired')
    same(running.state, status.state, 'the state that events told');
}

function checkPolls({ running, model, clock }: World): void {
  const { next } = running.handle.status;
  // a paused config polls again for a refresh whose answer said nothing
  const mayPoll = model.paused && model.overtaken;
  if (!mayPoll)
    same(next !== undefined, !(model.closed || model.paused || model.poll), 'there is a next poll');
  if (next) same(next.at - clock.now() <= LONGEST_MS, true, 'the next poll is in time');
  if (!model.closed && running.watchKnows)
    same(running.watchKnows(), model.doc?.validator, 'what a watch is told');
  if (model.closed) same(clock.pending, 0, 'timers after close');
  else same(running.polling, model.poll !== undefined, 'a poll is under way');
}

/** Once nothing is under way, the newest record is the document in force, confirmed when it was. */
function checkCache({ records, running, model, cacheBehind }: World): void {
  const { doc } = model;
  if (!doc || !model.confirmed || cacheBehind) return;
  const [newest] = records.get(running.terms.key) ?? [];
  const stored = { doc, confirmedAt: model.storedAt };
  same(newest, doc.doNotStore ? undefined : stored, 'stored');
}

/**
 * Nothing is wrong any more: within two of the waits in force, and the window of updates, the origin's document is what
 * the process serves.
 */
export async function checkHealing(world: World): Promise<void> {
  const { clock, running, model, origin } = world;
  origin.heal();
  world.cacheBroken = false;
  running.handle.resume();
  model.paused = false;
  // what was under way may still arrive
  await clock.advance(policy.polling.deadlineMs);
  if (!isAcceptable(world)) world.publish({ text: JSON.stringify(everything), options: {} });
  const wanted = valueOf(contentOf(world.served[running.terms.key]!), running.terms);
  const until = clock.monotonic() + 2 * LONGEST_MS + policy.updates.windowMs;
  const healed = (): boolean => {
    const { status } = running.handle;
    return (
      status.state === 'fresh' && !status.sources[0]?.waiting && equal(current(running), wanted)
    );
  };
  while (!healed() && clock.monotonic() < until) await clock.advance(policy.polling.minIntervalMs);
  check(world);
  same(current(running), wanted, 'healed');
  same(running.handle.status.state, 'fresh', 'healed');
  // the next confirmation makes up for what could not be stored
  if (world.cacheBehind) await clock.advance(LONGEST_MS);
  same(world.cacheBehind, false, 'the cache is behind');
  check(world);
}

/** Whether the origin serves a document that nothing is wrong with. */
function isAcceptable({ served, model }: World): boolean {
  // what waits or is under way may still come into force, and lose too much against it
  if (model.waiting || model.poll) return false;
  const edition = served[model.terms.key];
  const content = edition && contentOf(edition);
  if (!content || !valueOf(content, model.terms)) return false;
  return !losesMost(model.doc, edition);
}
