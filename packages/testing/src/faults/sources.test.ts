import { memoryCache } from '@holdfast/core/memory-cache';
import { expect, test } from 'vitest';
import { sceneClock } from '../promises/scene.fixture.ts';
import { type Any, layers, polled, schemaOf, settledLayers } from '../runtime/layers.fixture.ts';

const low = { pool: { size: 4 }, log: 'info' };
const high = { pool: { size: 8 } };
const both = { low: { value: low }, high: { value: high } };

test('S7 one of several sources down at the start: the others apply, and the status says which is missing', async () => {
  const made = layers(both);
  made.loaders.high.fail(Infinity);
  const ready = made.app.ready();
  await made.clock.advance(1);
  expect(await ready).toEqual({ from: 'defaults' });
  expect(made.app.current).toEqual(low);
  expect(made.app.status).toMatchObject({
    state: 'stale',
    from: 'defaults',
    lastFailure: { code: 'LOAD_FAILED' },
    sources: [
      { name: 'low', state: 'fresh', from: 'origin' },
      { name: 'high', state: 'stale', from: 'defaults' },
    ],
  });
  made.loaders.high.heal();
  await made.clock.advance(600_000);
  expect(made.app.current).toEqual({ ...low, ...high });
  expect(made.app.status).toMatchObject({ state: 'fresh', from: 'origin' });
});

test('S7 one of several sources down at the start: its layer of before the restart keeps its place', async () => {
  const clock = sceneClock();
  const manager = { clock, cache: memoryCache({ clock }) };
  const before = await settledLayers(both, { manager });
  await before.manager.close();
  const after = layers(both, { manager });
  after.loaders.high.fail(Infinity);
  await clock.advance(600_000);
  expect(after.app.current).toEqual({ ...low, ...high });
  expect(after.app.status).toMatchObject({
    from: 'cache',
    sources: [{ from: 'origin' }, { from: 'cache', state: 'stale' }],
  });
  await after.manager.close();
});

test.each(['low', 'high'] as const)(
  'S7 source %s down later: its last document stays in its place, the other one goes on',
  async (name) => {
    const made = await settledLayers(both);
    const other = name === 'low' ? 'high' : 'low';
    made.loaders[name].fail(Infinity);
    made.loaders[other].next(other === 'low' ? { ...low, log: 'debug' } : { pool: { size: 9 } });
    await made.clock.advance(300_000);
    expect(made.app.current).toEqual(
      other === 'low' ? { pool: { size: 8 }, log: 'debug' } : { pool: { size: 9 }, log: 'info' },
    );
    expect(await made.app.sourceOf('pool.size')).toBe('high');
    const stale = made.app.status.sources.filter(({ state }) => state !== 'fresh');
    expect(stale).toMatchObject([{ name, state: 'stale', from: 'origin' }]);
    expect(made.app.status.state).toBe('stale');
    made.loaders[name].heal();
    await made.clock.advance(600_000);
    expect(made.app.status.state).toBe('fresh');
  },
);

test('S7 an optional source down: the config is fresh until it held a document', async () => {
  const made = layers({ low: { value: low }, high: { value: high, optional: true } });
  made.loaders.high.fail(Infinity);
  await made.clock.advance(600_000);
  expect(made.app.status).toMatchObject({ state: 'fresh', from: 'origin' });
  made.loaders.high.heal();
  await made.clock.advance(600_000);
  made.loaders.high.fail(Infinity);
  await made.clock.advance(600_000);
  expect(made.app.current).toEqual({ ...low, ...high });
  expect(made.app.status.state).toBe('fallback');
});

/** Agrees with both together. */
const equal = schemaOf(({ a, b }) => a === b);
const pair = { low: { value: { a: 1 } }, high: { value: { b: 1 } } };

test('P13 a document that is right alone and wrong after the merge is refused, and kept for what makes it right', async () => {
  const made = await settledLayers(pair, { config: { schema: equal } });
  const { current } = made.app;
  made.loaders.low.next({ a: 2 });
  expect(await polled(made)).toMatchObject({ kind: 'refused', error: { code: 'SCHEMA_FAILED' } });
  expect(made.app.current).toBe(current);
  expect(made.record.of('document.refused')).toMatchObject([{ source: 'low', kept: true }]);
  made.loaders.high.next({ b: 2 });
  await polled(made);
  expect(made.app.current).toEqual({ a: 2, b: 2 });
});

test('P13 documents that are wrong apart and right together come into force together', async () => {
  const made = layers(pair, { config: { schema: equal } });
  const seen: unknown[] = [];
  made.app.onChange((value) => seen.push(value));
  await made.clock.advance(1);
  expect(seen).toEqual([{ a: 1, b: 1 }]);
});

test('P13 a rule across fields sees the merged value', async () => {
  const made = await settledLayers(pair);
  made.app.rule('', ({ a, b }: Any) => a <= b, 'a must not be above b');
  made.loaders.low.next({ a: 2 });
  expect(await polled(made)).toMatchObject({ kind: 'refused', error: { code: 'CHECK_FAILED' } });
  expect(made.app.current).toEqual({ a: 1, b: 1 });
});

test('P13 defaults that a document makes wrong are named in the refusal', async () => {
  const made = await settledLayers(
    { only: { value: { b: 1 } } },
    { config: { schema: equal, defaults: { a: 1 } } },
  );
  made.loaders.only.next({ b: 2 });
  expect(await polled(made)).toHaveProperty(
    'error.message',
    expect.stringContaining('laid over the defaults'),
  );
});
