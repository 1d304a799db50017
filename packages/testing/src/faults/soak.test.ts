import { getEventListeners } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { httpLoader } from '@holdfast/loaders/http';
import { expect, test } from 'vitest';
import { createTestManager, type MockLoader, seededRandom } from '@holdfast/testing';
import { configServer } from '@holdfast/testing/config-server';
import { type Any, because, layers } from '../runtime/layers.fixture.ts';

/** A longer soak than that of every day: `HOLDFAST_SOAK_CYCLES=200000 pnpm test soak`; a cycle is a minute. */
const CYCLES = Number(process.env['HOLDFAST_SOAK_CYCLES'] ?? 3_000);
/** Noise of the collector: what is lost with each cycle adds up to more. */
const SLACK_BYTES = 2_000_000;
const TIME_LIMIT_MS = 60_000 + 20 * CYCLES;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** What a process holds open, by kind. */
function resources(): Record<string, number> {
  const held: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) held[kind] = (held[kind] ?? 0) + 1;
  return held;
}

/** Who listens to this process. */
const processListeners = (): number =>
  process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);

/** Open files and sockets, where the system tells. */
const descriptors = (): number =>
  existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;

test(
  'C10 days of mixed faults, overrides, vetoes and health checks: heap, timers and listeners stay flat',
  async () => {
    const random = seededRandom(7);
    const made = layers({ low: { value: { n: 0 } }, high: { value: { m: 0 }, watch: true } });
    const { app, clock, loaders } = made;
    // recorded events would be the leak
    made.record.stop();
    let vetoes = false;
    let sick = false;
    let calms = 0;
    let tooLate = 0;
    const { signal } = new AbortController();
    app.attach({ name: 'part', timeoutMs: 100, canApply: () => !vetoes, healthCheck: () => !sick });
    app.rule('', (value: Any) => value.n !== 13, 'is unlucky');
    loaders.high.connect();
    const faults: readonly ((cycle: number) => unknown)[] = [
      (n) => loaders.low.next({ n }),
      (n) => loaders.low.next({ n: n % 20 }),
      (m) => loaders.high.push({ m }),
      () => loaders.low.fail(2),
      () => loaders.low.delay(random() * 20_000),
      () => loaders.low.hang(),
      () => loaders.low.heal(),
      () => loaders.low.next(new Uint8Array([0x7b])),
      () => loaders.high.disconnect(new Error('reset'), 3),
      () => loaders.high.connect(),
      () => (vetoes = !vetoes),
      () => (sick = random() < 0.1),
      (o) => void app.override({ o }, { ...because, ttlMs: 1 + random() * 600_000 }).catch(String),
      () => void app.clearOverrides(because),
      () => void app.refresh(),
      () => {
        let over = false;
        const off = app.onChange(() => void (tooLate += Number(over)), { signal });
        over = true;
        off();
      },
      async () => {
        for await (const _ of app.changes({ signal })) break;
      },
      () => {
        const off = app.attach({ name: 'hung', timeoutMs: 50, apply: () => new Promise(() => {}) });
        setTimeoutOn(clock, off);
      },
    ];
    const run = async (cycles: number): Promise<void> => {
      for (let cycle = 0; cycle < cycles; cycle++) {
        faults[Math.floor(random() * faults.length)]!(cycle);
        await clock.advance(60_000);
        forget(loaders.low);
        forget(loaders.high);
      }
    };
    const calm = async (): Promise<void> => {
      vetoes = sick = false;
      loaders.low.heal();
      loaders.low.release();
      // one that no health check ever barred
      calms += 1;
      loaders.low.next({ calms });
      await app.clearOverrides(because);
      await clock.advance(7_200_000);
    };
    await run(CYCLES / 10);
    await calm();
    const before = { heap: heapUsed(), timers: clock.pending, listeners: processListeners() };
    await run(CYCLES);
    await calm();
    expect(clock.pending).toBe(before.timers);
    expect(heapUsed() - before.heap).toBeLessThan(SLACK_BYTES);
    expect(processListeners()).toBe(before.listeners);
    expect([getEventListeners(signal, 'abort').length, tooLate]).toEqual([0, 0]);
    expect(app.current).toMatchObject({ calms });
    expect(await app.overrides()).toEqual([]);
    await made.manager.close();
    expect(clock.pending).toBe(0);
  },
  TIME_LIMIT_MS,
);

/** A mock remembers each load: that would be the leak. */
function forget({ asked }: MockLoader): void {
  (asked as unknown[]).length = 0;
}

/** On the clock of the test, a little later. */
function setTimeoutOn(
  clock: { setTimer(ms: number, call: () => void): unknown },
  call: () => void,
) {
  clock.setTimer(1_000, call);
}

test(
  'C10 hundreds of polls of a real server with mixed faults: sockets and handles stay flat',
  async () => {
    await using server = await configServer({ documents: { '/app.json': { n: 0 } } });
    const { manager } = createTestManager({ breaker: false });
    const app = manager.register('app', { loader: httpLoader({ url: server.url('/app.json') }) });
    const random = seededRandom(7);
    const kinds = ['reset', 'cut', 'not-modified', 'wrong-type'] as const;
    const run = async (cycles: number): Promise<void> => {
      for (let n = 0; n < cycles; n++) {
        const dice = Math.floor(random() * 8);
        if (dice < kinds.length) await server.fault({ kind: kinds[dice]! }, { times: 1 });
        else if (dice === 4) await server.fault({ kind: 'status', status: 503 }, { times: 1 });
        else server.set('/app.json', { n });
        await app.refresh();
      }
      await server.heal();
      await app.refresh();
    };
    await run(30);
    const before = resources();
    const open = { most: descriptors() + 2, listeners: processListeners() };
    await run(Math.max(200, CYCLES / 10));
    const after = resources();
    expect(descriptors()).toBeLessThanOrEqual(open.most);
    expect(processListeners()).toBe(open.listeners);
    expect(after['TCPSocketWrap'] ?? 0).toBeLessThanOrEqual((before['TCPSocketWrap'] ?? 0) + 2);
    expect(after['Timeout'] ?? 0).toBeLessThanOrEqual((before['Timeout'] ?? 0) + 2);
    expect(app.status.state).toBe('fresh');
    await manager.close();
  },
  TIME_LIMIT_MS,
);
