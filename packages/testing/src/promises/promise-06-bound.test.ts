import { LoadError } from '@holdfast/core';
import { mockLoader } from '@holdfast/testing';
import type { MockLoader } from '@holdfast/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edited, everyMinute, first, scene } from './scene.fixture.ts';

const MIN_MS = 10_000;
const polling = { ...everyMinute, minIntervalMs: MIN_MS };

/** In any time T there are at most 2 + T / `minIntervalMs` requests: looked at from every request to every later one. */
function overBound(
  { asked }: { readonly asked: readonly { readonly at: number }[] },
  minMs = MIN_MS,
): string | undefined {
  const times = asked.map(({ at }) => at);
  for (let i = 0; i < times.length; i++) {
    for (let j = i; j < times.length; j++) {
      const within = times[j]! - times[i]!;
      const count = j - i + 1;
      if (count > 2 + within / minMs) return `${count} requests within ${within} ms`;
    }
  }
  return undefined;
}

test('promise 6: pushes that never end make polls no closer than the minimum interval', async () => {
  const { clock, loader } = scene({ loader: { watch: true }, config: { polling } });
  loader.connect();
  for (let i = 0; i < 600; i++) {
    loader.changed();
    await clock.advance(1_000);
  }
  expect(loader.loads).toBeGreaterThan(55);
  expect(overBound(loader)).toBeUndefined();
  expect(overBound(loader, 1.1 * MIN_MS)).toMatch('requests within'); // it is as fast as it may be
});

test('promise 6: a poke is not lost: the poll comes as soon as the minimum interval allows', async () => {
  const { app, clock, loader } = scene({ loader: { watch: true }, config: { polling } });
  loader.connect();
  await clock.advance(30_000);
  loader.next(edited({ revision: 2 }));
  loader.changed();
  await clock.advance(1);
  expect(app.current.revision).toBe(2); // the last poll was longer ago than that
  loader.next(edited({ revision: 3 }));
  loader.changed();
  await clock.advance(MIN_MS - 2);
  expect(app.current.revision).toBe(2);
  await clock.advance(3);
  expect(app.current.revision).toBe(3);
});

test('promise 6: a watch that is accepted and dropped again and again costs no more polls', async () => {
  const { clock, loader } = scene({ loader: { watch: true }, config: { polling } });
  for (let i = 0; i < 300; i++) {
    loader.connect();
    await clock.advance(1_500);
    loader.disconnect(i % 2 ? new Error('dropped') : undefined);
    await clock.advance(500);
  }
  expect(overBound(loader)).toBeUndefined();
  expect(loader.watches).toBeLessThan(300);
});

test('promise 6: a watch that ends at once, cleanly or not, is restarted with backoff', async () => {
  for (const error of [undefined, new Error('closed')]) {
    const { clock, loader } = scene({ loader: { watch: true } });
    await clock.advance(1);
    loader.disconnect(error, Infinity);
    await clock.advance(3_600_000);
    expect(loader.watches).toBeGreaterThan(60);
    expect(loader.watches).toBeLessThan(200);
    expect(overBound(loader)).toBeUndefined();
  }
});

test.each([
  ['0', 0],
  ['-5 000', -5_000],
  ['1', 1],
])('promise 6: Retry-After of %s ms makes no poll closer', async (_, retryAfterMs) => {
  const { clock, loader } = scene({ config: { polling } });
  loader.fail(Infinity, new LoadError('429', { retryAfterMs, status: 429 }));
  await clock.advance(3_600_000);
  expect(overBound(loader)).toBeUndefined();
});

test('promise 6: Retry-After lengthens the wait, and is said so', async () => {
  const { app, clock, loader } = scene({ config: { polling } });
  await clock.advance(1);
  loader.fail(Infinity, new LoadError('429', { retryAfterMs: 250_000 }));
  const refreshed = app.refresh();
  await clock.advance(1);
  await refreshed;
  const { next } = app.status;
  expect(next!.because).toBe('retry-after');
  expect(next!.at - clock.now()).toBeGreaterThanOrEqual(250_000 - 1);
  expect(next!.at - clock.now()).toBeLessThanOrEqual(275_000);
});

test('promise 6: max-age of 0 makes no poll closer, a longer one lengthens the wait', async () => {
  const { app, clock, loader } = scene({ config: { polling } });
  loader.next(first, { hints: { freshForMs: 0 } });
  await clock.advance(600_000);
  expect(overBound(loader)).toBeUndefined();
  expect(loader.loads).toBeLessThanOrEqual(12);
  loader.next(edited({ revision: 2 }), { hints: { freshForMs: 200_000 } });
  await clock.advance(70_000);
  expect(app.status.next).toMatchObject({ because: 'max-age' });
  const { loads } = loader;
  await clock.advance(120_000);
  expect(loader.loads).toBe(loads);
});

test('promise 6: max-age cannot make a wait longer than the longest one', async () => {
  const { app, clock, loader } = scene({ config: { polling } });
  loader.next(first, { hints: { freshForMs: 10 ** 12 } });
  await clock.advance(1);
  expect(app.status.next!.at - clock.now()).toBeLessThanOrEqual(300_000);
});

test('promise 6: a second try within a poll counts as a request', async () => {
  const { clock, loader } = scene({ loader: { watch: true }, config: { polling } });
  loader.connect();
  const dead = new LoadError('socket hang up', { retry: 'now', failure: 'connect' });
  for (let i = 0; i < 200; i++) {
    loader.fail(1, dead);
    loader.changed();
    await clock.advance(5_000);
  }
  expect(loader.loads).toBeGreaterThan(90);
  expect(overBound(loader)).toBeUndefined();
});

test('promise 6: a connection that died is tried again at once, but only after a poll that succeeded', async () => {
  const { app, clock, loader } = scene({ config: { polling } });
  await clock.advance(1);
  const dead = new LoadError('socket hang up', { retry: 'now', failure: 'connect' });
  loader.fail(1, dead);
  let before = loader.loads;
  const healed = app.refresh();
  await clock.advance(1);
  expect(await healed).toEqual({ kind: 'unchanged' });
  expect(loader.loads - before).toBe(2);
  expect(app.status.level).toBe(0);
  loader.fail(Infinity, dead);
  before = loader.loads;
  void app.refresh();
  await clock.advance(1);
  expect(loader.loads - before).toBe(2);
  void app.refresh();
  await clock.advance(1);
  expect(loader.loads - before).toBe(3); // the poll before failed: one try
  expect(app.status.level).toBe(2);
});

test('promise 6: pause() and resume() make no poll closer', async () => {
  const { app, clock, loader } = scene({ config: { polling } });
  for (let i = 0; i < 300; i++) {
    app.pause();
    app.resume();
    await clock.advance(700);
  }
  expect(loader.loads).toBeGreaterThan(15);
  expect(overBound(loader)).toBeUndefined();
});

test('promise 6: an outage of an hour costs the origin no more than the interval would', async () => {
  const { clock, loader } = scene({ config: { polling } });
  await clock.advance(1);
  loader.fail(Infinity);
  const before = loader.loads;
  await clock.advance(3_600_000);
  expect(loader.loads - before).toBeLessThanOrEqual(60);
  expect(loader.loads - before).toBeGreaterThan(12);
});

test('promise 6: overdue polls after a suspend are spread, and no burst', async () => {
  const { clock, loader } = scene({ config: { polling } });
  await clock.advance(130_000);
  for (let i = 0; i < 20; i++) {
    clock.suspend(3_600_000);
    await clock.advance(61_000);
  }
  expect(overBound(loader)).toBeUndefined();
});

/** What can happen to a source from outside; `refresh()` is apart. */
const step = fc.record({
  act: fc.constantFrom(
    'changed',
    'connect',
    'disconnect',
    'disconnect with error',
    'push',
    'next',
    'bad',
    'fail now',
    'fail backoff',
    'fail retry-after',
    'slow answers',
    'heal',
    'suspend',
    'pause',
    'resume',
    'wait',
  ),
  ms: fc.oneof(fc.integer({ min: 0, max: 12_000 }), fc.integer({ min: 0, max: 200_000 })),
});

test('promise 6: whatever a server, a watch and the clock do, the bound holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(), async (steps, seed) => {
      const { app, clock, loader, manager } = scene({
        manager: { seed },
        loader: { watch: true },
        config: { polling },
      });
      let revision = 1;
      for (const { act, ms } of steps) {
        revision += 1;
        if (act === 'suspend') clock.suspend(ms * 100);
        else perform(loader, app, act, revision);
        await clock.advance(ms);
      }
      await manager.close();
      expect(overBound(loader)).toBeUndefined();
    }),
    { numRuns: 300 },
  );
}, 60_000);

function perform(
  loader: MockLoader,
  app: { pause(): void; resume(): void },
  act: string,
  revision: number,
): void {
  const document = edited({ revision });
  if (act === 'changed') loader.changed();
  else if (act === 'connect') loader.connect();
  else if (act === 'disconnect') loader.disconnect(undefined, 3);
  else if (act === 'disconnect with error') loader.disconnect(new Error('dropped'));
  else if (act === 'push') loader.push(document);
  else if (act === 'next') loader.next(document);
  else if (act === 'bad') loader.next(new Uint8Array([0xff]));
  else if (act === 'fail now') loader.fail(3, new LoadError('hang up', { retry: 'now' }));
  else if (act === 'fail backoff') loader.fail(2);
  else if (act === 'fail retry-after') loader.fail(1, new LoadError('429', { retryAfterMs: 1 }));
  else if (act === 'slow answers') loader.delay(revision % 2 ? 9_999 : 20_000);
  else if (act === 'heal') loader.heal();
  else if (act === 'pause') app.pause();
  else if (act === 'resume') app.resume();
}

test('promise 6: refreshes are apart: what is scheduled beside them keeps the bound', async () => {
  const withRefresh = fc.oneof(step, fc.record({ act: fc.constant('refresh'), ms: fc.nat(9_000) }));
  const script = fc.array(withRefresh, { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(script, fc.nat(), async (steps, seed) => {
      const { app, clock, loader, manager, record } = scene({
        manager: { seed },
        loader: { watch: true },
        config: { polling },
      });
      for (const [revision, { act, ms }] of steps.entries()) {
        if (act === 'refresh') void app.refresh();
        else if (act === 'suspend') clock.suspend(ms * 100);
        else perform(loader, app, act, revision);
        await clock.advance(ms);
      }
      await manager.close();
      const polls = record.of('poll.started').filter(({ trigger }) => trigger !== 'refresh');
      expect(overBound({ asked: polls })).toBeUndefined();
    }),
    { numRuns: 200 },
  );
}, 60_000);

test('promise 6: the bound can be missed: a loader that is refreshed by hand goes beyond it', async () => {
  const loader = mockLoader({ value: first });
  const { app, clock } = scene({ config: { loader, polling } });
  for (let i = 0; i < 10; i++) {
    void app.refresh();
    await clock.advance(10);
  }
  expect(overBound(loader)).toMatch('requests within');
});
