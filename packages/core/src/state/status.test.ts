import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HoldfastError, LoadError } from '../errors.ts';
import { systemClock } from '../ports/clock.ts';
import { type Health, newborn } from './health.ts';
import type { SourceDocument } from './inputs.ts';
import {
  provenanceOf,
  showFailure,
  showWaiting,
  stateOf,
  type StatusState,
  worstOf,
  worstState,
} from './status.ts';

const policy = { fallbackAfter: 5, maxStaleMs: 1_000 };
const confirmed: Partial<Health> = { succeeded: true, confirmed: true, confirmedAt: 100 };

function facts(health: Partial<Health>, hasDocument = true, required = true) {
  return { health: { ...newborn, ...health }, hasDocument, startedAt: 0, required };
}

test.each<[string, Partial<Health>, boolean, number, StatusState]>([
  ['before the first poll', {}, false, 10, 'starting'],
  ['with a cached document that is not yet confirmed', { confirmedAt: -50 }, true, 10, 'stale'],
  ['after a success', confirmed, true, 110, 'fresh'],
  ['after a failure since', { ...confirmed, troubles: 1, succeeded: false }, true, 110, 'stale'],
  ['after a first poll that failed', { troubles: 1, succeeded: false }, false, 10, 'stale'],
  ['one short of fallbackAfter', { ...confirmed, troubles: 4 }, true, 110, 'stale'],
  ['at fallbackAfter', { ...confirmed, troubles: 5 }, true, 110, 'fallback'],
  ['with a confirmation of just maxStaleMs ago', confirmed, true, 1_100, 'fresh'],
  ['with an older confirmation', confirmed, true, 1_100.5, 'expired'],
  ['with an older one, whatever else holds', { ...confirmed, troubles: 9 }, true, 1_101, 'expired'],
  ['never confirmed, maxStaleMs after the start', {}, false, 1_001, 'expired'],
  ['with a cached document that is too old at once', { confirmedAt: -1_000 }, true, 1, 'expired'],
  ['after a sleep of the machine', { ...confirmed, confirmed: false }, true, 110, 'stale'],
])('stateOf() %s', (_, health, hasDocument, now, state) => {
  expect(stateOf(facts(health, hasDocument), policy, now)).toBe(state);
});

test.each<[StatusState[], StatusState]>([
  [[], 'fresh'],
  [['fresh', 'starting'], 'starting'],
  [['stale', 'starting', 'fresh'], 'stale'],
  [['stale', 'fallback'], 'fallback'],
  [['expired', 'fallback'], 'expired'],
  [['closed', 'expired'], 'closed'],
])('worstOf() of %j is %s', (states, worst) => {
  expect(worstOf(states)).toBe(worst);
});

test('worstOf() does not depend on the order', () => {
  const state = fc.constantFrom<StatusState[]>(
    'fresh',
    'starting',
    'stale',
    'fallback',
    'expired',
    'closed',
  );
  fc.assert(
    fc.property(fc.array(state), (states) => {
      expect(worstOf(states)).toBe(worstOf(states.toReversed()));
      expect([...states, 'fresh']).toContain(worstOf(states));
    }),
  );
});

test('worstState() passes over optional sources without a document', () => {
  const bad = { troubles: 9 };
  expect(worstState([facts(confirmed), facts(bad, false, false)], policy, 110)).toBe('fresh');
  expect(worstState([facts(confirmed), facts(bad, true, false)], policy, 110)).toBe('fallback');
  expect(worstState([facts(confirmed), facts(bad, false, true)], policy, 110)).toBe('fallback');
});

test('provenanceOf() says what of the source is in force', () => {
  expect(provenanceOf(facts({}, false))).toBe('defaults');
  expect(provenanceOf(facts({ confirmed: true }, false))).toBe('defaults');
  expect(provenanceOf(facts({}, true))).toBe('cache');
  expect(provenanceOf(facts({ confirmed: true }, true))).toBe('origin');
});

test('showFailure() shows code, message and time, and nothing else of the error', () => {
  const error = new LoadError('Cannot load x', { cause: new Error('hunter2') });
  expect(showFailure({ error, at: 7 })).toStrictEqual({
    code: 'LOAD_FAILED',
    message: 'Cannot load x',
    at: 7,
  });
  expect(showFailure(undefined)).toBeUndefined();
});

test('showWaiting() shows until when, in wall-clock time, or why', () => {
  const document = {} as SourceDocument;
  const clock = { ...systemClock, now: () => 5_000, monotonic: () => 0 };
  expect(showWaiting(undefined, clock)).toBeUndefined();
  expect(showWaiting({ kind: 'held', document, dueAt: 10 }, clock)).toStrictEqual({
    kind: 'held',
    until: 5_010,
  });
  const error = new HoldfastError('REMOVED_TOO_MUCH', 'loses 9 of 10 keys');
  expect(showWaiting({ kind: 'kept', document, error }, clock)).toStrictEqual({
    kind: 'kept',
    reason: 'loses 9 of 10 keys',
  });
  const vetoed = { kind: 'vetoed', document, error, vetoes: 1, dueAt: 10 } as const;
  expect(showWaiting(vetoed, clock)).toStrictEqual({
    kind: 'vetoed',
    reason: 'loses 9 of 10 keys',
    until: 5_010,
  });
  expect(showWaiting({ kind: 'barred', document }, clock)).toStrictEqual({ kind: 'barred' });
});
