import type { JsonValue } from '@holdfast/core';
import { functionLoader } from '@holdfast/loaders/function';
import { fileCache } from '@holdfast/loaders/file-cache';
import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { tempFolder } from '../promises/process.fixture.ts';
import { trial } from './always.fixture.ts';
import { served } from './served.fixture.ts';

const first = { name: 'app', pool: { size: 4 }, tags: ['a'] };
const schema = z.object({
  name: z.string().min(1),
  pool: z.object({ size: z.int().positive() }),
  tags: z.array(z.enum(['a', 'b'])),
});
const password = 'hunter2';

test.each<[string, JsonValue, string]>([
  ['a wrong type', { ...first, pool: { size: '4' } }, 'pool.size'],
  ['a missing field', { name: 'app', tags: [] }, 'pool'],
  ['a missing field deep inside', { ...first, pool: {} }, 'pool.size'],
  ['a blank field', { ...first, name: '' }, 'name'],
  ['a null field', { ...first, name: null }, 'name'],
  ['null for an object', { ...first, pool: null }, 'pool'],
  ['a value out of range', { ...first, pool: { size: 0 } }, 'pool.size'],
  ['a fraction for a whole number', { ...first, pool: { size: 1.5 } }, 'pool.size'],
  ['one bad item of a list', { ...first, tags: ['a', password] }, 'tags.1'],
  ['an object for a list', { ...first, tags: { 0: 'a' } }, 'tags'],
  ['all of it in another shape', { data: first, password }, 'name'],
])('P11 %s: the whole update is refused, and says where', async (_, bad, path) => {
  await using made = await served(first, { config: { schema }, secrets: [password] });
  // a good change beside the bad one is not taken either
  made.serve({ ...(bad as object), extra: 'good' });
  const error = await made.app.refuses({ code: 'SCHEMA_FAILED', says: 'schema' });
  expect(error.message).toContain(path);
  made.serve({ ...first, name: 'mended' });
  await made.app.heals({ ...first, name: 'mended' });
});

const bad = { ...first, bad: true };
const isBad = (value: unknown): boolean => (value as { bad?: boolean }).bad === true;
const boom = (): never => {
  throw new Error(`boom with ${password}`);
};

test.each([
  ['throws', boom],
  ['throws what is no error', () => Promise.reject(password as unknown as Error)],
  ['rejects', () => Promise.reject(new Error(`boom with ${password}`))],
  ['gives nonsense', () => 5 as never],
])('P12 a schema that %s is a refusal', async (_, misbehave) => {
  const validate = (value: unknown) => (isBad(value) ? misbehave() : { value });
  const odd = { '~standard': { version: 1, vendor: 'test', validate } };
  await using made = await served(first, { config: { schema: odd }, secrets: [password] });
  made.serve(bad);
  const error = await made.app.refuses({ code: 'SCHEMA_FAILED', says: 'schema' });
  expect(error.cause).toBeUndefined();
  made.serve({ ...first, name: 'mended' });
  await made.app.heals({ ...first, name: 'mended' });
});

test('P12 a schema that never answers is a refusal after its time limit', async () => {
  const hang = () => new Promise<boolean>(() => {});
  const slow = z.looseObject({}).refine((value) => (isBad(value) ? hang() : Promise.resolve(true)));
  const loader = mockLoader({ value: first });
  await using app = trial({ loader, config: { schema: slow, validateTimeoutMs: 500 } });
  await app.holds(first);
  const before = app.app.current;
  loader.next(bad);
  const { outcome, durationMs } = await app.pollInVain(() => Promise.resolve());
  expect(outcome).toMatchObject({ kind: 'refused', error: { code: 'SCHEMA_FAILED' } });
  expect((outcome as { error: Error }).error.message).toContain('500 ms');
  expect(durationMs).toBe(500);
  expect(app.app.current).toBe(before);
  expect(app.app.status).toMatchObject({ state: 'stale', next: { because: 'interval' } });
  loader.next({ ...first, name: 'mended' });
  await app.heals({ ...first, name: 'mended' });
});

test.each([
  ['', <T>(result: T) => result],
  ['asynchronously ', <T>(result: T) => Promise.resolve(result)],
])('P12 a schema that %swrites into its input works on a copy', async (_, later) => {
  const validate = (value: unknown) => {
    (value as { pool: { size: number } }).pool.size *= 10;
    return later({ value });
  };
  const writing = { '~standard': { version: 1, vendor: 'test', validate } };
  const loader = mockLoader({ value: first });
  await using app = trial({ loader, config: { schema: writing } });
  await app.poll();
  expect(app.app.current).toEqual({ ...first, pool: { size: 40 } });
  expect(app.app.source().document()).toEqual(first);
  expect(first.pool.size).toBe(4);
  // it would be 400 if what it wrote into were the document
  loader.next({ ...first, name: 'other' });
  await app.heals({ ...first, name: 'other', pool: { size: 40 } });
});

test.each<[string, unknown, boolean]>([
  ['left out by a schema that does not know it', schema, false],
  ['kept by a loose schema', schema.loose(), true],
  ['kept without a schema', undefined, true],
])('P17 a field of a newer server is no reason to refuse: %s', async (_, given, kept) => {
  await using made = await served(first, { config: { schema: given } });
  const newer = { ...first, name: 'newer', added: { in: 'version 2' } };
  made.serve(newer);
  await made.app.heals(kept ? newer : { ...first, name: 'newer' });
  expect(made.app.app.source().document()).toEqual(newer);
});

test('P20 whoever writes into the value is stopped, and hash, disk and others see nothing of it', async () => {
  await using folder = await tempFolder();
  const manager = { cache: fileCache({ directory: folder.path }) };
  const own = structuredClone(first);
  const loader = functionLoader(() => own, { name: 'own' });
  const one = trial<typeof first>({ loader, manager });
  await one.holds(first);
  const fingerprint = await one.app.fingerprint();
  const value = one.app.current;
  expect(() => (value.pool.size = 5)).toThrow(TypeError);
  expect(() => value.tags.push('b')).toThrow(TypeError);
  expect(() => Object.defineProperty(value, 'name', { value: 'x' })).toThrow(TypeError);
  expect(() => Object.setPrototypeOf(value.pool, null)).toThrow(TypeError);
  expect(Reflect.deleteProperty(value, 'name')).toBe(false);
  // the object that the application gave away is still its own
  own.pool.size = 5;
  own.tags.push('b');
  expect(one.app.current).toEqual(first);
  expect(await one.app.fingerprint()).toBe(fingerprint);
  await one[Symbol.asyncDispose]();

  const down = mockLoader({ name: 'own', key: loader.key });
  down.fail(Infinity);
  await using two = trial({ loader: down, manager });
  await two.clock.advance(10_000);
  expect(two.app.status.from).toBe('cache');
  expect(two.app.current).toEqual(first);
});

test('P20 one listener cannot change what the next one is told', async () => {
  await using made = await served<typeof first>(first);
  const told: unknown[] = [];
  const heard: number[] = [];
  made.app.app.onChange((_, { changes }) => {
    told.push(
      Object.isFrozen(changes),
      changes.every((change) => Object.isFrozen(change)),
    );
    (changes as unknown[]).length = 0;
  });
  made.app.app.onChange((_, { changes }) => heard.push(changes.length));
  made.app.manager.on('config.changed', ({ changes }) => heard.push(changes.length));
  made.serve({ ...first, name: 'other', tags: ['a', 'b'] });
  await made.app.poll();
  expect(told).toEqual([true, true]);
  expect(heard).toEqual([2, 2]);
});
