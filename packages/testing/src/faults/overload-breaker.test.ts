import { LoadError } from '@holdfast/core';
import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import type { MockLoader, TestManagerOptions } from '@holdfast/testing';
import { expect, test } from 'vitest';

const ORIGIN = 'http://config.test:80';
const HOUR_MS = 3_600_000;

/** Configs of one origin, each with a loader and a document of its own, that hold their first document. */
async function fleet(count: number, options: TestManagerOptions = {}) {
  const { manager, clock } = createTestManager(options);
  const record = recordEvents(manager);
  const loaders = Array.from({ length: count }, (_, i) =>
    mockLoader({ name: `mock ${i}`, origin: ORIGIN, value: { i } }),
  );
  const polling = { intervalMs: 60_000, strategy: 'fixed' } as const;
  const configs = loaders.map((loader, i) => manager.register(`c${i}`, { loader, polling }));
  await clock.advance(60_000);
  const requests = () => loaders.reduce((sum, { loads }) => sum + loads, 0);
  return { manager, clock, record, loaders, configs, requests };
}

const down = (loaders: readonly MockLoader[], error?: Error): void => {
  for (const loader of loaders) loader.fail(Infinity, error);
};
const up = (loaders: readonly MockLoader[]): void => {
  for (const loader of loaders) loader.heal();
};

/** Requests of an hour in which the origin of twenty configs is down. */
async function outage(breaker: TestManagerOptions['breaker']) {
  const { clock, loaders, configs, requests, manager } = await fleet(
    20,
    breaker === undefined ? {} : { breaker },
  );
  down(loaders);
  const before = requests();
  await clock.advance(HOUR_MS);
  const during = requests() - before;
  up(loaders);
  await clock.advance(2 * 310_000);
  const states = configs.map(({ status }) => status.state);
  await manager.close();
  return { during, states };
}

test('O3 five failures in a row open the breaker; one poll probes for all; an answer closes it', async () => {
  const { manager, clock, record, loaders, configs, requests } = await fleet(20);
  down(loaders);
  await clock.advance(60_000);
  const opened = record.of('breaker.changed')[0]!;
  expect(opened).toMatchObject({ origin: ORIGIN, state: 'open', previous: 'closed' });
  expect(opened.until! - opened.at).toBeGreaterThanOrEqual(10_000);
  expect(opened.until! - opened.at).toBeLessThanOrEqual(120_000);
  expect(configs.map(({ status }) => status.sources[0]!.breaker)).toContain('open');

  // two hours: whatever happens, it is left again, and never are two probes under way
  const before = requests();
  await clock.advance(2 * HOUR_MS);
  const changes = record.of('breaker.changed').map(({ state }) => state);
  expect(changes.slice(0, 5)).toEqual(['open', 'half-open', 'open', 'half-open', 'open']);
  const probes = changes.filter((state) => state === 'half-open').length;
  // beside the probes each config asks for itself once in two of its longest waits, whatever its neighbours do
  const ownTurns = 20 * (1 + (2 * HOUR_MS) / 600_000);
  expect(requests() - before).toBeLessThanOrEqual(probes + ownTurns);

  up(loaders);
  await clock.advance(310_000);
  expect(record.of('breaker.changed').at(-1)).toMatchObject({
    state: 'closed',
    previous: expect.stringMatching(/open/) as string,
  });
  await clock.advance(310_000);
  expect(configs.map(({ status }) => status.state)).toEqual(configs.map(() => 'fresh'));
  await manager.close();
});

test('O3 a probe that hangs ends at its deadline, and the breaker is left', async () => {
  const { manager, clock, record, loaders } = await fleet(6);
  down(loaders);
  await clock.advance(60_000);
  up(loaders);
  for (const loader of loaders) loader.hang();
  await clock.advance(HOUR_MS);
  const states = record.of('breaker.changed').map(({ state }) => state);
  expect(states.filter((state) => state === 'half-open').length).toBeGreaterThan(5);
  for (const loader of loaders) loader.release();
  await clock.advance(310_000);
  expect(record.of('breaker.changed').at(-1)!.state).toBe('closed');
  await manager.close();
});

test('O3 a config that is closed while it probes leaves the probe to the next one', async () => {
  const { manager, clock, record, loaders, configs } = await fleet(6);
  down(loaders);
  await clock.advance(60_000);
  up(loaders);
  for (const loader of loaders) loader.hang();
  while (record.of('breaker.changed').at(-1)!.state !== 'half-open') await clock.advance(1_000);
  const prober = configs.find(({ name }) => name === record.of('breaker.changed').at(-1)!.config)!;
  await clock.track(prober.close());
  expect(record.of('breaker.changed').at(-1)!.state).toBe('open');
  for (const loader of loaders) loader.release();
  await clock.advance(20_000);
  expect(record.of('breaker.changed').at(-1)!.state).toBe('closed');
  await manager.close();
});

test.each([
  ['connect errors', new LoadError('x', { failure: 'connect' }), 'open'],
  ['time-outs', new LoadError('x', { failure: 'timeout' }), 'open'],
  ['502', new LoadError('x', { failure: 'status', status: 502 }), 'open'],
  ['429', new LoadError('x', { failure: 'status', status: 429 }), 'open'],
  ['401', new LoadError('x', { failure: 'status', status: 401, retry: 'slow' }), 'closed'],
  ['broken bodies', new LoadError('x', { failure: 'body', status: 200 }), 'closed'],
  ['TLS errors', new LoadError('x', { failure: 'tls', retry: 'slow' }), 'closed'],
  ['errors of the loader', new TypeError('x'), 'closed'],
] as const)('O3 of %s the breaker is, in the end, as it should be', async (_, error, state) => {
  const { manager, clock, loaders, configs } = await fleet(6);
  down(loaders, error);
  await clock.advance(61_000);
  expect(configs[0]!.status.breaker).toBe(state);
  await manager.close();
});

test('O3 origins have breakers of their own, and a loader without an origin has none', async () => {
  const { manager, clock, loaders } = await fleet(6);
  const others = ['http://other.test:80', undefined].map((origin, i) => {
    const loader = mockLoader({ name: `other ${i}`, value: { i }, ...(origin && { origin }) });
    return manager.register(`other${i}`, { loader });
  });
  down(loaders);
  await clock.advance(61_000);
  const outcomes = others.map((other) => clock.track(other.refresh()));
  expect(await Promise.all(outcomes)).toEqual([{ kind: 'unchanged' }, { kind: 'unchanged' }]);
  await manager.close();
});

test('O4 a skipped poll changes neither level nor status, asks nothing, and waits for the opening time alone', async () => {
  const { manager, clock, record, loaders, configs, requests } = await fleet(20);
  down(loaders);
  const isSkipped = ({ status }: (typeof configs)[number]) => status.next?.because === 'breaker';
  for (let second = 0; second < 60 && !configs.some(isSkipped); second++)
    await clock.advance(1_000);
  const open = record.of('breaker.changed').at(-1)!;
  const skipped = configs.find(isSkipped)!;
  const { state, level, lastFailure } = skipped.status;
  expect([state, level, lastFailure]).toEqual(['fresh', 0, undefined]);
  // at the opening time, or at most ten seconds after it: no wait is added to another
  expect(skipped.status.next!.at).toBeGreaterThanOrEqual(open.until!);
  expect(skipped.status.next!.at).toBeLessThanOrEqual(open.until! + 10_000);

  const before = requests();
  const outcome = await clock.track(skipped.refresh());
  expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'BREAKER_OPEN' } });
  const { message } = (outcome as { error: Error }).error;
  const seconds = Math.ceil((open.until! - clock.now()) / 1_000);
  expect(message).toMatch(
    new RegExp(`^Cannot load mock \\d+: ${ORIGIN} failed .* another ${seconds} s`),
  );
  expect(requests()).toBe(before);
  expect(skipped.status).toMatchObject({ state, level });
  await manager.close();
});

test('O4 refresh() probes once the time is over, and ready() of a new config does not wait for nothing', async () => {
  const { manager, clock, record, loaders, configs } = await fleet(6);
  down(loaders);
  await clock.advance(60_000);
  const late = manager.register('late', {
    loader: mockLoader({ name: 'late', origin: ORIGIN, value: { n: 1 } }),
    defaults: { n: 0 },
  });
  const ready = late.ready();
  await clock.advance(1);
  expect(await ready).toEqual({ from: 'defaults' });
  up(loaders);
  const { until } = record.of('breaker.changed').at(-1)!;
  configs.forEach((config) => config.pause());
  late.pause();
  // wall-clock times of today are less exact than the monotonic one
  await clock.advance(Math.max(0, until! - clock.now()) + 1);
  expect(await clock.track(configs[3]!.refresh())).toEqual({ kind: 'unchanged' });
  expect(configs[3]!.status.breaker).toBe('closed');
  await manager.close();
});

test('O4 resetBreakers() lets the polls go on that were put off', async () => {
  const { manager, clock, record, loaders, configs } = await fleet(20);
  down(loaders);
  await clock.advance(60_000);
  up(loaders);
  await clock.track(manager.resetBreakers('http://nobody.test:80'));
  expect(record.of('breaker.changed').at(-1)!.state).not.toBe('closed');
  await clock.track(manager.resetBreakers(ORIGIN));
  expect(record.of('breaker.changed').at(-1)).toMatchObject({ state: 'closed', origin: ORIGIN });
  const putOff = configs.filter(({ status }) => status.next?.because === 'resume');
  expect(putOff.length).toBeGreaterThan(0);
  await clock.advance(1);
  expect(putOff.map(({ status }) => status.state)).toEqual(putOff.map(() => 'fresh'));
  await manager.close();
});

test('O4 an hour of outage costs a small part of the requests, and all recover in time', async () => {
  const withBreaker = await outage(undefined);
  const without = await outage(false);
  const fresh = Array.from({ length: 20 }, () => 'fresh');
  expect([withBreaker.states, without.states]).toEqual([fresh, fresh]);
  // 20 configs every minute are 1200 requests an hour when all is well
  expect(without.during).toBeLessThan(1_200);
  expect(withBreaker.during).toBeLessThan(without.during / 3);
});

test('O4 what opens the breaker is told when it may be asked again, and that is when it is asked', async () => {
  const { manager, clock, record, loaders, configs } = await fleet(1);
  down(loaders);
  const [app] = configs;
  while (app!.status.breaker !== 'open') await clock.advance(1_000);
  const { until } = record.of('breaker.changed').at(-1)!;
  const { next } = app!.status;
  expect(next!.at).toBeGreaterThanOrEqual(until!);
  record.clear();
  await clock.advance(next!.at - clock.now());
  expect(record.of('poll.finished')).toHaveLength(1);
  expect(record.of('poll.finished')[0]!.outcome).toMatchObject({ error: { code: 'LOAD_FAILED' } });
  await manager.close();
});
