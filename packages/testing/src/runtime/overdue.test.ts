import { memoryCache } from '@holdfast/core/memory-cache';
import { createContract } from '@holdfast/core/contracts';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sceneClock } from '../promises/scene.fixture.ts';
import { type Any, because, layers, polled, schemaOf, settledLayers } from './layers.fixture.ts';

const doc = { a: 9, log: 'info' };
const one = { origin: { value: doc } };
const never = new Promise<never>(() => {});
const HOUR = 3_600_000;

test('an override whose end a rule was against goes as soon as the rule does', async () => {
  const { app, clock } = await settledLayers(one);
  await app.override({ a: 1 }, { ...because, ttlMs: 5_000 });
  const off = app.rule('a', (a: Any) => a < 5, 'is too much');
  await clock.advance(6_000);
  expect(app.current.a).toBe(1);
  off();
  await clock.advance(1);
  expect(app.current.a).toBe(9);
});

test('an override whose end a contract was against goes as soon as its signal aborts', async () => {
  const { app, clock } = await settledLayers(one);
  const held = await app.override({ a: 1 }, because);
  const gone = new AbortController();
  const contract = createContract({ name: 'pool', schema: z.object({ a: z.number().max(5) }) });
  app.contract(contract, { required: true, signal: gone.signal });
  expect(await held.clear()).toMatchObject({ kind: 'refused' });
  gone.abort();
  await clock.advance(1);
  expect(app.current.a).toBe(9);
});

test('an override that could not end because a schema hung once ends later', async () => {
  let hangs = false;
  const schema = schemaOf(() => (hangs ? never : Promise.resolve(true)));
  const { app, clock } = await settledLayers(one, { config: { schema } });
  await app.override({ a: 1 }, { ...because, ttlMs: 5_000 });
  hangs = true;
  await clock.advance(8_000);
  hangs = false;
  expect(app.current.a).toBe(1);
  await clock.advance(HOUR);
  expect(app.current.a).toBe(9);
});

test('an override that stays beyond its end is warned of once, and overrides() says why it is there', async () => {
  const { app, clock, record } = await settledLayers(one);
  await app.override({ a: 1 }, { ...because, ttlMs: 5_000 });
  expect(await app.overrides()).toMatchObject([{ overdue: undefined }]);
  const endedAt = new Date(clock.now() + 5_000).toISOString();
  app.rule('a', (a: Any) => a < 5, 'is too much');
  await clock.advance(HOUR);
  const why = expect.stringContaining('is too much');
  expect(await app.overrides()).toMatchObject([{ id: 'o1', overdue: why }]);
  expect(record.of('config.warned')).toMatchObject([{ source: 'o1', message: why }]);
  const start = `Override o1 ended at ${endedAt}, but stays: `;
  expect(record.of('config.warned')[0]?.message.startsWith(start)).toBe(true);
});

test('an override that somebody could not clear, and that goes later, is told as cleared by them', async () => {
  const { app, clock, record, manager } = await settledLayers(one);
  await app.override({ a: 1 }, { by: 'bob', reason: 'set', ttlMs: HOUR });
  const off = app.rule('a', (a: Any) => a < 5, 'is too much');
  const ann = { by: 'ann', reason: 'must go' };
  expect(await app.clearOverrides(ann)).toMatchObject({ kind: 'refused' });
  expect(record.of('config.warned')).toMatchObject([
    { message: expect.stringMatching(/^Override o1 was cleared by ann, but stays: /) },
  ]);
  off();
  await clock.advance(1);
  expect(app.current.a).toBe(9);
  expect(record.of('override.cleared')).toMatchObject([{ id: 'o1', because: 'cleared', ...ann }]);
  expect(record.of('config.changed').at(-1)).toMatchObject(ann);
  const [last] = await manager.audit.list({ limit: 1 });
  expect(last).toMatchObject({ action: 'override.cleared', because: 'cleared', ...ann });
});

test('a participant that hangs keeps an override that has nothing to do with it from ending for one answer only', async () => {
  const { app, clock } = await settledLayers(one);
  const terms = { ...because, ttlMs: 60_000 };
  for (let i = 0; i < 50; i++) await app.override({ pool: { [`k${i}`]: i } }, terms);
  await app.override({ log: 'debug' }, { ...because, ttlMs: 61_000 });
  app.attach({ name: 'pool', paths: ['pool'], canApply: () => never, timeoutMs: 5_000 });
  await clock.advance(61_000);
  expect(app.current.log).toBe('debug');
  await clock.advance(5_000);
  expect(app.current.log).toBe('info');
});

test('the ends of many overrides that are vetoed are tried a bounded number of times, and warned of once', async () => {
  const lines: string[] = [];
  const warn = (line: string): void => void lines.push(line);
  const logger = { debug() {}, info() {}, warn, error: warn };
  const { app, clock } = await settledLayers(one, { manager: { logger } });
  for (let i = 0; i < 100; i++) await app.override({ [`k${i}`]: i }, { ...because, ttlMs: HOUR });
  let calls = 0;
  app.attach({ name: 'pool', canApply: () => ((calls += 1), false) });
  await clock.advance(HOUR - 1_000);
  lines.length = 0;
  await clock.advance(2_000);
  expect(calls).toBeLessThanOrEqual(24);
  expect(lines).toEqual([
    expect.stringMatching(/Overrides o1, o2, o3 and 97 more .*, but stay: .*"pool"/),
  ]);
  expect(await app.overrides()).toHaveLength(100);
  await clock.advance(HOUR);
  expect(calls).toBeLessThanOrEqual(24 * 30);
  expect(lines).toHaveLength(1);
});

test('of many overrides whose ends are vetoed, each that could go goes', async () => {
  const { app, clock } = await settledLayers(one);
  const ttlMs = 5_000;
  for (let i = 0; i < 100; i++) await app.override({ [`k${i}`]: i }, { ...because, ttlMs });
  const isStuck = (id: string): boolean => Number(id.slice(1)) % 4 === 0;
  const paths = Array.from({ length: 25 }, (_, i) => `k${i * 4 + 3}`);
  app.attach({ name: 'pool', paths, canApply: () => false });
  await clock.advance(2 * HOUR);
  const left = (await app.overrides()).map(({ id }: Any) => id);
  expect(left).toHaveLength(25);
  expect(left.every(isStuck)).toBe(true);
});

test('a time to live holds over a restart, also where the wall clock was set back meanwhile', async () => {
  const before = sceneClock();
  const cache = memoryCache({ clock: before });
  const first = await settledLayers(one, { manager: { clock: before, cache } });
  await first.app.override({ a: 1 }, { ...because, ttlMs: 60_000, persist: true });
  await first.manager.close();
  const clock = sceneClock();
  const back = { ...clock, now: () => before.now() + clock.monotonic() - 86_400_000 };
  const after = layers(one, { manager: { clock: back, cache } });
  await clock.advance(1);
  expect(after.app.current.a).toBe(1);
  await clock.advance(61_000);
  expect(after.app.current.a).toBe(9);
  await after.manager.close();
});

test('an override that stays beyond its end is still there when a health check took a document back', async () => {
  const made = await settledLayers(one);
  const { app, clock, loaders, record } = made;
  await app.override({ a: 1 }, { ...because, ttlMs: 5_000 });
  app.rule('a', (a: Any) => a < 5, 'is too much');
  await clock.advance(6_000);
  app.attach({ name: 'part', healthCheck: ({ next }: Any) => next.log !== 'debug' });
  loaders.origin.next({ ...doc, log: 'debug' });
  await polled(made);
  expect(app.current).toEqual({ a: 1, log: 'info' });
  expect(await app.overrides()).toMatchObject([{ id: 'o1' }]);
  expect(record.of('override.cleared')).toEqual([]);
});
