import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admission, afterReport, type Breaker, type ProbeReport } from './breaker.ts';

const backoff = { minIntervalMs: 10_000, intervalMs: 60_000, backoffMaxMs: 300_000 };
const trouble: ProbeReport = { verdict: 'trouble', backoff };
const alive: ProbeReport = { verdict: 'alive', backoff };
const facts = { failures: 3, now: 1_000, random: 0.5 };
const open: Breaker = { kind: 'open', level: 1, until: 5_000, poked: false, backoff };
const halfOpen: Breaker = { kind: 'half-open', level: 1, poked: false, backoff };
/** A poll that is due, of a source that was asked a while ago. */
const asking = (now: number, more = {}) => ({ now, pushed: false, ownTurnAt: Infinity, ...more });

test('admission() lets polls pass while closed, none while open, and one when the time is over', () => {
  expect(admission(undefined, asking(0))).toBe('pass');
  expect(admission({ kind: 'closed', failures: 2, backoff }, asking(0))).toBe('pass');
  expect(admission(open, asking(4_999))).toBe('skip');
  expect(admission(open, asking(5_000))).toBe('probe');
  expect(admission(halfOpen, asking(9_000_000))).toBe('skip');
});

test('admission() lets a push probe before its time, once in an opening', () => {
  expect(admission(open, asking(1, { pushed: true }))).toBe('probe');
  expect(admission({ ...open, poked: true }, asking(1, { pushed: true }))).toBe('skip');
  expect(admission(halfOpen, asking(1, { pushed: true }))).toBe('skip');
  const poked: Breaker = { ...halfOpen, poked: true };
  expect(afterReport(poked, { ...trouble, probeOf: poked }, facts)).toMatchObject({ poked: true });
  expect(afterReport(halfOpen, { ...trouble, probeOf: halfOpen }, facts)).toMatchObject({
    poked: false,
  });
});

test('admission() skips no source for ever for what its neighbours do', () => {
  for (const breaker of [open, halfOpen]) {
    expect(admission(breaker, asking(1, { ownTurnAt: 2 }))).toBe('skip');
    expect(admission(breaker, asking(2, { ownTurnAt: 2 }))).toBe('pass');
  }
});

test('afterReport() opens at the last of so many failures in a row, for the backoff wait of its level', () => {
  const first = afterReport(undefined, trouble, facts);
  expect(first).toEqual({ kind: 'closed', failures: 1, backoff });
  const second = afterReport(first, trouble, facts);
  // between 10 s and twice the interval
  const until = 1_000 + 10_000 + 0.5 * 110_000;
  expect(afterReport(second, trouble, facts)).toEqual({ ...open, until });
});

test('afterReport() begins to count anew after any sign of life', () => {
  const once = afterReport(undefined, trouble, facts);
  expect(afterReport(once, alive, facts)).toBeUndefined();
  expect(afterReport(open, alive, facts)).toBeUndefined();
  expect(afterReport(halfOpen, { ...alive, probeOf: halfOpen }, facts)).toBeUndefined();
});

test('afterReport() leaves a breaker as it is after what says nothing about the origin', () => {
  const neither: ProbeReport = { verdict: 'neither', backoff };
  const once = afterReport(undefined, trouble, facts);
  expect(afterReport(once, neither, facts)).toBe(once);
  expect(afterReport(undefined, neither, facts)).toBeUndefined();
  expect(afterReport(open, neither, facts)).toBe(open);
});

test('afterReport() goes by the probe alone while half open', () => {
  expect(afterReport(halfOpen, trouble, facts)).toBe(halfOpen);
  // of a probe before this one
  expect(afterReport(halfOpen, { ...trouble, probeOf: { ...halfOpen } }, facts)).toBe(halfOpen);
  const failed = afterReport(halfOpen, { ...trouble, probeOf: halfOpen }, facts);
  expect(failed).toMatchObject({ kind: 'open', level: 2, until: 1_000 + 10_000 + 0.5 * 230_000 });
  const nothing = afterReport(halfOpen, { verdict: 'neither', probeOf: halfOpen, backoff }, facts);
  expect(nothing).toEqual({ ...open, until: 1_000 });
});

test('afterReport() goes by the shortest interval of the sources that failed, and by Retry-After up to the cap', () => {
  const short = { minIntervalMs: 1_000, intervalMs: 1_000, backoffMaxMs: 300_000 };
  const mixed = afterReport(
    afterReport(undefined, trouble, facts),
    { ...trouble, backoff: short },
    facts,
  );
  expect(mixed?.backoff).toBe(short);
  expect(afterReport(mixed, trouble, facts)).toMatchObject({ kind: 'open', until: 1_000 + 1_500 });
  const asked = (retryAfterMs: number) => afterReport(mixed, { ...trouble, retryAfterMs }, facts);
  expect(asked(60_000)).toMatchObject({ until: 61_000 });
  expect(asked(1e12)).toMatchObject({ until: 301_000 });
});

/** What may happen to a breaker: time passes, a poll wants to go, a poll that went ends. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 400_000 }) }),
  fc.record({ kind: fc.constant('poll' as const) }),
  fc.record({
    kind: fc.constant('end' as const),
    which: fc.nat(),
    verdict: fc.constantFrom(
      'trouble' as const,
      'trouble' as const,
      'alive' as const,
      'neither' as const,
    ),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  }),
);

const halfOpened = ({ level }: { readonly level: number }): Breaker => ({
  kind: 'half-open',
  level,
  poked: false,
  backoff,
});
const untilOf = (breaker: Breaker | undefined): number =>
  breaker?.kind === 'open' ? breaker.until : 0;

test('a breaker has at most one probe, and always leaves open and half-open', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      let breaker: Breaker | undefined;
      const probing = (): number =>
        underWay.filter(({ probeOf }) => probeOf && probeOf === breaker).length;
      let now = 0;
      const underWay: { probeOf: Breaker | undefined }[] = [];
      for (const each of steps) {
        if (each.kind === 'wait') now += each.ms;
        else if (each.kind === 'poll') {
          const admitted = admission(breaker, asking(now));
          if (admitted === 'skip') continue;
          if (breaker?.kind === 'open') breaker = halfOpened(breaker);
          underWay.push({ probeOf: admitted === 'probe' ? breaker : undefined });
        } else if (underWay.length > 0) {
          const [{ probeOf }] = underWay.splice(each.which % underWay.length, 1) as [
            { probeOf: Breaker | undefined },
          ];
          const report = { verdict: each.verdict, probeOf, backoff };
          breaker = afterReport(breaker, report, { failures: 5, now, random: each.random });
        }
        // half open it waits for the one probe; open, for a time that is bounded
        expect(probing()).toBe(breaker?.kind === 'half-open' ? 1 : 0);
        expect(untilOf(breaker) - now).toBeLessThanOrEqual(300_000);
      }
    }),
    { numRuns: 2_000 },
  );
});
