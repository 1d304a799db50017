import { execFileSync } from 'node:child_process';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConfigManager } from '@holdfast/core';
import { fileCache } from '@holdfast/loaders/file-cache';
import { createTestManager, manualClock, mockLoader } from '@holdfast/testing';
import { expect, onTestFinished, test } from 'vitest';
import { startFixture, tempFolder } from '../promises/process.fixture.ts';
import { settledScene } from '../promises/scene.fixture.ts';
import { trial } from './always.fixture.ts';
import { needs, programPath } from './needs.fixture.ts';

/** What the program says of one poll. */
interface Told {
  readonly wall: number;
  readonly monotonic: number;
  readonly state: string;
  readonly ageMs: number;
}

const toldIn = (stdout: string): Told[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Told);

const differences = (numbers: readonly number[]): number[] =>
  numbers.slice(1).map((number, index) => number - numbers[index]!);

test.runIf(needs('faketime')).each([
  ['back by an hour', -3_600, 2_000],
  ['forward by 20 seconds', 20, 2_000],
  // a clock that jumps ahead by so much tells of a sleep, which counts
  ['forward by a day', 86_400, 86_402_000],
])(
  'T1 the wall clock of a process steps %s: no poll stops, and none is closer',
  async (_, seconds, oldestMs) => {
    await using folder = await tempFolder();
    const offset = join(folder.path, 'offset');
    await writeFile(offset, '+0s');
    const preload = ['-f', '+0', 'sh', '-c', 'printf %s "$LD_PRELOAD"'];
    const running = startFixture('../faults/time-steps.fixture.ts', {
      env: {
        LD_PRELOAD: execFileSync(programPath('faketime')!, preload, { encoding: 'utf8' }),
        FAKETIME_TIMESTAMP_FILE: offset,
        FAKETIME_NO_CACHE: '1',
        DONT_FAKE_MONOTONIC: '1',
      },
    });
    onTestFinished(() => running.kill());
    await running.printed('poll 5');
    await writeFile(offset, `${seconds >= 0 ? '+' : ''}${seconds}s`);
    await running.printed('poll 15');
    running.kill();
    const { stdout, stderr } = await running.ended;
    expect(stderr).toBe('');
    const told = toldIn(stdout).slice(0, 15);
    const steps = differences(told.map(({ wall }) => wall)).map(
      (ms) => Math.round(ms / 10_000) * 10,
    );
    expect(steps.filter((step) => step !== 0)).toEqual([seconds]); // the step did take place
    const waits = differences(told.map(({ monotonic }) => monotonic));
    // ±10 % jitter; timers fire up to a millisecond early, and late on a busy machine
    expect(Math.min(...waits.slice(1))).toBeGreaterThanOrEqual(88);
    expect(Math.max(...waits.slice(1))).toBeLessThan(2_000);
    expect(told.map(({ state }) => state)).toEqual(told.map(() => 'fresh'));
    const ages = told.slice(1).map(({ ageMs }) => ageMs);
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ages)).toBeLessThan(oldestMs);
  },
  30_000,
);

test.each([
  ['of the future', (now: number) => now / 1_000 + 86_400, undefined, 'stale'],
  ['of 1970', () => 0, expect.any(Number), 'expired'],
])(
  'T2 a record on the disk %s is used, not taken for recent, and polled for at once',
  async (_, at, age, state) => {
    await using folder = await tempFolder();
    const clock = manualClock();
    const manager = { clock, cache: fileCache({ directory: folder.path, clock }) };
    const loader = mockLoader({ value: { n: 1 } });
    const one = trial({ loader, manager });
    await one.holds({ n: 1 });
    await one[Symbol.asyncDispose]();
    const [record] = await readdir(folder.path);
    const seconds = at(clock.now());
    await utimes(join(folder.path, record!), seconds, seconds);
    loader.fail(1);
    await using two = trial({ loader, manager });
    const { loads } = loader;
    await two.clock.advance(100);
    expect(loader.loads).toBe(loads + 1);
    expect(two.app.current).toEqual({ n: 1 });
    const { status } = two.app;
    expect(status).toMatchObject({ from: 'cache', state });
    expect(status.ageMs).toEqual(age);
    await two.heals({ n: 1 });
  },
);

const WAITS = ['intervalMs', 'minIntervalMs', 'maxIntervalMs', 'deadlineMs', 'revalidateMs'];

test.each([...WAITS, 'backoff.maxMs'])(
  'T3 polling.%s of 0, -1, NaN, Infinity and 2^31 is refused',
  (name) => {
    const { manager, clock } = createTestManager();
    const loader = mockLoader({ value: {} });
    for (const wrong of [0, -1, NaN, Infinity, -Infinity, 2 ** 31]) {
      const [outer, inner] = name.split('.') as [string, string?];
      const polling = { [outer]: inner === undefined ? wrong : { [inner]: wrong } };
      expect(() => manager.register('app', { loader, polling })).toThrow(
        expect.objectContaining({
          code: 'INVALID_OPTIONS',
          message: expect.stringMatching(
            new RegExp(`"polling\\.${name}".*: current value is ${wrong}$`),
          ) as string,
        }),
      );
    }
    expect([clock.pending, loader.loads, manager.configs()]).toEqual([0, 0, []]);
  },
);

test('T4 the event loop stands still: one late poll, none at the same time, no burst', async () => {
  const inner = mockLoader({ value: { n: 1 } });
  const count = { now: 0, most: 0 };
  const loader = {
    ...inner,
    async load(request: Parameters<typeof inner.load>[0]) {
      count.most = Math.max(count.most, ++count.now);
      await request.time.sleep(30, request.signal);
      return inner.load(request).finally(() => (count.now -= 1));
    },
  };
  await using manager = createConfigManager();
  const polling = { intervalMs: 100, strategy: 'fixed', deadlineMs: 5_000 } as const;
  const begun: number[] = [];
  const app = manager.register('app', { loader, polling });
  await new Promise<void>((resolve) => {
    manager.on('poll.started', () => {
      begun.push(performance.now());
      // stands still in the middle of a poll, for ten intervals
      if (begun.length === 3) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
      if (begun.length === 8) resolve();
    });
  });
  const waits = differences(begun);
  expect(waits[2]).toBeGreaterThanOrEqual(1_000);
  expect(Math.min(...waits.slice(1))).toBeGreaterThanOrEqual(88);
  expect(count.most).toBe(1);
  expect(app.status).toMatchObject({ state: 'fresh', lastFailure: undefined });
});

test('T6 answers slower than the interval: each wait begins when the poll has ended', async () => {
  const polling = { intervalMs: 5_000, minIntervalMs: 1_000, strategy: 'fixed' } as const;
  const { app, clock, loader, manager } = await settledScene({ config: { polling } });
  loader.delay(7_000);
  const begun: number[] = [];
  const ended: number[] = [];
  manager.on('poll.started', () => begun.push(clock.monotonic()));
  manager.on('poll.finished', () => ended.push(clock.monotonic()));
  await clock.advance(3_600_000);
  const waits = begun.slice(1).map((at, index) => at - ended[index]!);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(4_500);
  expect(Math.max(...waits)).toBeLessThanOrEqual(5_501);
  expect(new Set(ended.map((at, index) => at - begun[index]!))).toEqual(new Set([7_000]));
  expect(ended.length).toBeGreaterThanOrEqual(290);
  expect(app.status.state).toBe('fresh');
});
