import type { ConfigManager } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { createTestManager, manualClock, mockLoader } from '@holdfast/testing';
import type { ManualClock, MockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { overHttp, viaHttp } from './http.fixture.ts';
import { answer, document, origin, reset } from './origin.fixture.ts';

const CLIENTS = 200;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

type Fleet = ReturnType<typeof fleet>;

/** Processes that start at the same moment, each with its own chance and its own cache. */
function fleet(clock: ManualClock, intervalMs: number = MINUTE_MS) {
  const members = Array.from({ length: CLIENTS }, () => ({
    loader: mockLoader({ value: { n: 1 } }),
    cache: memoryCache({ clock }),
  }));
  let managers: ConfigManager[] = [];
  let startedAt = 0;
  const polling = { intervalMs, strategy: 'fixed' } as const;
  return {
    start(): void {
      startedAt = clock.now();
      managers = members.map(({ cache, loader }, index) => {
        const { manager } = createTestManager({ clock, cache, seed: index + 1 });
        manager.register('app', { loader, polling });
        return manager;
      });
    },
    /** When each of them asked, in milliseconds since the start. */
    asked: (): number[][] =>
      members.map(({ loader }) =>
        loader.asked.filter(({ at }) => at >= startedAt).map(({ at }) => at - startedAt),
      ),
    each: (action: (loader: MockLoader) => void): void =>
      members.forEach(({ loader }) => action(loader)),
    close: () => Promise.all(managers.map((manager) => manager.close())),
  };
}

/** How many of these times fall into each `binMs` from `from` on. */
function histogram(times: readonly number[], from: number, binMs: number, bins: number): number[] {
  const counts = Array.from({ length: bins }, () => 0);
  for (const at of times) {
    const bin = Math.floor((at - from) / binMs);
    if (bin >= 0 && bin < bins) counts[bin]! += 1;
  }
  return counts;
}

const nth = ({ asked }: Fleet, n: number): number[] => asked().map((times) => times[n]!);
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

test('O1 a deploy of 200 processes with fresh caches: their polls fill each interval evenly', async () => {
  const clock = manualClock();
  const made = fleet(clock);
  made.start();
  await clock.advance(1_000);
  await made.close();
  await clock.advance(1);
  made.start();
  await clock.advance(4 * MINUTE_MS);
  const first = histogram(nth(made, 0), 0, 5_500, 12);
  expect(sum(first)).toBe(CLIENTS);
  const counts = histogram(made.asked().flat(), 0, 5_000, 48);
  // 200 polls in the 12 bins of each interval: 17 each, if chance were even
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(5);
  expect(Math.max(...counts)).toBeLessThanOrEqual(32);
  await made.close();
});

test('O1 a fleet that starts with nothing asks once at once, and is spread from the second poll on', async () => {
  const clock = manualClock();
  const made = fleet(clock);
  made.start();
  await clock.advance(4 * MINUTE_MS);
  expect(Math.max(...nth(made, 0))).toBeLessThan(1_000);
  expect(sum(histogram(nth(made, 1), 10_000, 66_000, 1))).toBe(CLIENTS);
  const later = histogram(made.asked().flat(), 10_000, 5_000, 46);
  expect(Math.min(...later)).toBeGreaterThanOrEqual(5);
  expect(Math.max(...later)).toBeLessThanOrEqual(32);
  expect(Math.max(...histogram(nth(made, 1), 10_000, 100, 660))).toBeLessThanOrEqual(6);
  await made.close();
});

test('O1 a fleet whose interval is its minimum spreads all the same', async () => {
  const clock = manualClock();
  const made = fleet(clock, 10_000);
  made.start();
  await clock.advance(5 * MINUTE_MS);
  const all = made.asked().flat();
  const perSecond = histogram(all, 2 * MINUTE_MS, 1_000, 60);
  // 200 processes every 10 to 11 s: 19 a second
  expect(Math.max(...perSecond)).toBeLessThanOrEqual(45);
  await made.close();
});

test('O1 a fleet that starts into an outage is spread by its backoff, and comes back spread', async () => {
  const clock = manualClock();
  const made = fleet(clock);
  made.each((loader) => loader.fail(Infinity));
  made.start();
  await clock.advance(20 * MINUTE_MS);
  const outage = histogram(made.asked().flat(), MINUTE_MS, 1_000, 19 * 60);
  expect(Math.max(...outage)).toBeLessThanOrEqual(16);
  made.each((loader) => loader.heal());
  await clock.advance(6 * MINUTE_MS);
  const back = made.asked().map((times) => times.find((at) => at > 20 * MINUTE_MS)!);
  // all are back within the longest wait, never more than a few in a second
  expect(Math.max(...back)).toBeLessThanOrEqual(25 * MINUTE_MS);
  const all = histogram(made.asked().flat(), 20 * MINUTE_MS, 1_000, 360);
  expect(Math.max(...all)).toBeLessThanOrEqual(16);
  await made.close();
});

test('O1 every wait has its jitter: 200 processes in step are out of step after an hour', async () => {
  const clock = manualClock();
  const loader = mockLoader({ value: { n: 1 } });
  const waits: number[] = [];
  for (let seed = 1; seed <= CLIENTS; seed++) {
    const { manager } = createTestManager({ clock, seed });
    manager.register('app', { loader, polling: { intervalMs: MINUTE_MS, strategy: 'fixed' } });
    let polls = 0;
    manager.on('poll.finished', ({ next, at }) => {
      if (polls++ > 0) waits.push(next!.at - at); // the second wait is a random phase
    });
  }
  await clock.advance(10 * MINUTE_MS);
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const ms of waits) tenths[Math.min(9, Math.floor((ms - 54_000) / 1_200))]! += 1;
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(54_000 - 1);
  expect(Math.max(...waits)).toBeLessThanOrEqual(66_000 + 1);
  for (const count of tenths) expect(count).toBeGreaterThan(waits.length * 0.07);
});

test('O2 an outage of an hour: few requests, each wait within its bounds, and fully jittered', async () => {
  const shares: number[] = [];
  for (let seed = 1; seed <= 40; seed++) {
    const { manager, clock } = createTestManager({ seed });
    const loader = mockLoader({ value: { n: 1 } });
    const app = manager.register('app', {
      loader,
      polling: { intervalMs: MINUTE_MS, minIntervalMs: 10_000, strategy: 'fixed' },
    });
    await clock.advance(1);
    loader.fail(Infinity);
    const { loads } = loader;
    manager.on('poll.finished', ({ next, at, outcome }) => {
      if (outcome.kind !== 'failed') return;
      const waitMs = next!.at - at;
      const capMs = Math.min(300_000, MINUTE_MS * 2 ** app.status.level);
      expect(waitMs).toBeGreaterThanOrEqual(10_000 - 1);
      expect(waitMs).toBeLessThanOrEqual(capMs + 1);
      shares.push((waitMs - 10_000) / (capMs - 10_000));
    });
    await clock.advance(HOUR_MS);
    // 25 at 155 s each on average; the bound of promise 6 would allow 362
    expect(loader.loads - loads).toBeLessThanOrEqual(50);
    expect(loader.loads - loads).toBeGreaterThanOrEqual(12);
    await manager.close();
  }
  // full jitter: all of the range between the shortest wait and the cap is used, evenly
  expect(shares.length).toBeGreaterThan(600);
  expect(Math.abs(sum(shares) / shares.length - 0.5)).toBeLessThan(0.05);
  const quarters = [0, 1, 2, 3].map((q) => shares.filter((s) => Math.floor(s * 4) === q).length);
  expect(Math.min(...quarters)).toBeGreaterThan(shares.length * 0.2);
});

test('O5 a thousand versions a second for ten seconds: ten a minute are applied, and the last one always', async () => {
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: { n: 0 }, watch: true });
  const app = manager.register<{ n: number }>('app', { loader });
  loader.connect();
  await clock.advance(1);
  const applied: number[] = [];
  app.onChange(({ n }) => applied.push(n));
  for (let n = 1; n <= 10_000; n++) {
    loader.push({ n });
    if (n % 100 === 0) await clock.advance(100);
  }
  expect(applied.length).toBeLessThanOrEqual(10);
  expect(app.status.sources[0]!.waiting).toMatchObject({ kind: 'held' });
  await clock.advance(MINUTE_MS);
  expect(app.current).toEqual({ n: 10_000 });
  expect(applied.at(-1)).toBe(10_000);
  expect(applied.length).toBeLessThanOrEqual(20);
  expect(app.status.sources[0]!.waiting).toBeUndefined();
  await manager.close();
});

test('O7 an hour of outage over HTTP that fails in five ways by turns is a handful of lines', async () => {
  await using server = await origin(document({ n: 1 }));
  await using app = overHttp(viaHttp(), server.url);
  await app.holds({ n: 1 });
  const told = app.lines.length;
  const plays = [answer(500, [], 'x'), reset, answer(503), 'SSH-2.0\r\n\r\n', answer(429)];
  const from = app.clock.now();
  for (let turn = 0; app.clock.now() - from < HOUR_MS; turn++) {
    server.play(plays[turn % plays.length]!);
    await app.poll();
  }
  const loud = app.lines.slice(told).filter(({ level }) => level !== 'debug');
  // a line for each state, each cause and each turn of the breaker
  expect(loud.length).toBeLessThanOrEqual(2 + plays.length + 3);
  const failures = loud.filter(({ text }) => text.includes('Cannot load'));
  expect(failures.every(({ text }) => text.includes('serving version 1'))).toBe(true);
  const causes = ['status 500', 'connection lost', 'status 503', 'broken answer', 'status 429'];
  const untold = causes.filter((cause) => !loud.some(({ text }) => text.includes(cause)));
  expect(untold).toEqual([]);
});
