import { gzipSync } from 'node:zlib';
import type { JsonValue } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { runFixture } from '../promises/process.fixture.ts';
import { served } from './served.fixture.ts';

const first = { a: 1 };
const wide = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`key${n}`, n]));

/** Objects and lists by turns, so many levels of them. */
function nested(levels: number): string {
  const pairs = Math.floor(levels / 2);
  return `${'{"a":['.repeat(pairs)}1${']}'.repeat(pairs)}`;
}

test.each<[string, JsonValue]>([
  ['{}', {}],
  ['a document with half of its keys gone', { key1: 1, key2: 2 }],
  ['one with its only branch emptied', { all: {} }],
])('P5 %s where there were many is refused, and kept for an operator', async (_, poor) => {
  const rich = 'all' in (poor as object) ? { all: wide } : wide;
  await using made = await served(rich);
  made.serve(poor);
  const error = await made.app.refuses({ code: 'REMOVED_TOO_MUCH', says: 'acceptRefused()' });
  expect(error.message).toMatch(/loses \d\d of 4[01] keys/);
  const { app, record } = made.app;
  expect(record.of('document.refused').at(-1)).toMatchObject({ kept: true });
  expect(app.status.sources[0]!.waiting).toMatchObject({ kind: 'kept' });
  await app.acceptRefused({ by: 'ops', reason: 'meant so' });
  expect(app.current).toEqual(poor);
  expect(record.of('config.changed').at(-1)).toMatchObject({ trigger: 'operator', by: 'ops' });
  await made.app.heals(poor);
});

test('P5 a document that lost half of its keys is forgotten when the origin mends it', async () => {
  await using made = await served(wide);
  made.serve({});
  await made.app.refuses({ code: 'REMOVED_TOO_MUCH', says: 'acceptRefused()' });
  made.serve({ ...wide, key1: 'mended' });
  await made.app.heals({ ...wide, key1: 'mended' });
  expect(made.app.app.status.sources[0]!.waiting).toBeUndefined();
});

/** Keys of the documents below that every object has now. */
const polluted = (): string[] => ['polluted', 'isAdmin'].filter((key) => key in {});

test.each([
  ['{"__proto__":{"polluted":1}}', '__proto__'],
  ['{"a":{"__proto__":{"polluted":1}}}', '__proto__'],
  ['{"a":[{"b":{"__proto__":{"isAdmin":true}}}]}', '__proto__'],
  [String.raw`{"\u005f_proto__":{"polluted":1}}`, '__proto__'],
  ['{"__proto__":null}', '__proto__'],
  ['{"__proto__":[]}', '__proto__'],
  ['{"constructor":{"prototype":{"polluted":1}}}', 'prototype'],
  ['{"a":{"constructor":{"prototype":{"polluted":1}}}}', 'prototype'],
])('P6 %s is refused by path, and nothing is polluted', async (text, key) => {
  await using made = await served(first, { config: { defaults: { a: { b: 0 } } } });
  made.serve(text);
  await made.app.refuses({ code: 'LIMIT_EXCEEDED', says: `the forbidden key "${key}" at ` });
  expect(polluted()).toEqual([]);
  made.serve({ a: 2 });
  await made.app.heals({ a: 2 });
});

test('P6 paths and defaults reach no prototype either', async () => {
  await using made = await served({ a: { constructor: 1, prototype: 2 } });
  const { app } = made.app;
  const paths = [
    '__proto__',
    '__proto__.polluted',
    'constructor.prototype',
    'a.__proto__.toString',
  ];
  const nothing = paths.map(() => undefined);
  expect(paths.map((path) => app.get(path as never))).toEqual(nothing);
  expect(paths.map((path) => app.select(path as never).current)).toEqual(nothing);
  expect(app.get('a.constructor' as never)).toBe(1);
  const { manager } = createTestManager();
  const defaults = JSON.parse('{"__proto__":{"polluted":1}}') as never;
  const loader = mockLoader();
  expect(() => manager.register('x', { loader, defaults })).toThrow(/"defaults".*__proto__/);
  expect(polluted()).toEqual([]);
});

const ODD_KEYS = [
  'toString',
  'hasOwnProperty',
  'then',
  'valueOf',
  'toJSON',
  'length',
  '',
  'a.b',
  '0',
];

test('P7 keys that mean something to JavaScript are plain data, also when they come and go', async () => {
  const odd = { ...Object.fromEntries(ODD_KEYS.map((key, n) => [key, n])), a: { b: 'inner' } };
  await using made = await served(odd, { config: { maxRemoved: 1 } });
  const { app } = made.app;
  expect(Object.keys(app.current as object).toSorted()).toEqual(Object.keys(odd).toSorted());
  expect(ODD_KEYS.map((key) => app.get([key] as never))).toEqual([...ODD_KEYS.keys()]);
  expect(app.get('a.b' as never)).toBe('inner');
  // neither the value nor the handle is a thenable: both can be awaited, and returned from async functions
  expect(await Promise.resolve(app.current)).toBe(app.current);
  expect(await Promise.resolve(app)).toBe(app);
  const changed: unknown[] = [];
  app.onChange((_, { changes }) => void changed.push(...changes.map(({ path }) => path)));
  made.serve('{"a.b":"other","then":"later","a":{"b":"inner"}}');
  await made.app.poll();
  expect(changed).toHaveLength(ODD_KEYS.length);
  expect(changed).toContainEqual(['a.b']);
  expect(await app.fingerprint()).toMatch(/^[0-9a-f]{64}$/);
});

test.each<[string, string | (() => string), string]>([
  ['5 000 levels', nested(5_000), 'is nested deeper than 64 levels (limits.maxDepth) at a.0.a.0'],
  [
    '100 000 levels',
    nested(100_000),
    'is nested deeper than 64 levels (limits.maxDepth) at a.0.a.0',
  ],
  [
    'a million and one items',
    () => `{"a":[${'0,'.repeat(1_000_000)}0]}`,
    'has more than 1000000 keys and items (limits.maxKeys)',
  ],
])('P8 a document of %s is refused by its limit', async (_, make, says) => {
  await using made = await served(first);
  made.serve(typeof make === 'string' ? make : make());
  const error = await made.app.refuses({ code: 'LIMIT_EXCEEDED', says });
  expect(error.message.length).toBeLessThan(400);
  made.serve({ a: 2 });
  await made.app.heals({ a: 2 });
});

test('P8 a text of 50 MB is left at the limit of the wire, or of what it unpacks to', async () => {
  await using made = await served(first);
  const huge = JSON.stringify({ a: 'x'.repeat(50_000_000) });
  made.serve(huge);
  await made.app.fails({ says: 'limits.maxWireBytes', failure: 'body' });
  made.serve(gzipSync(huge, { level: 1 }), { 'content-encoding': 'gzip' });
  await made.app.fails({ says: 'longer than 33554432 bytes (limits.maxBytes)', failure: 'body' });
  expect(made.server.requests.at(-1)!.headers['accept-encoding']).toContain('gzip');
  made.serve({ a: 2 });
  await made.app.heals({ a: 2 });
});

test('P8 what is just within the widest limits is parsed, merged, compared, hashed and stored', async () => {
  const deepest = JSON.parse(nested(1_000)) as JsonValue;
  await using made = await served(deepest, {
    config: { limits: { maxDepth: 1_000 }, defaults: deepest },
    manager: { cache: memoryCache() },
  });
  const { app } = made.app;
  const before = await app.fingerprint();
  made.serve(nested(1_000).replace('1', '2'));
  let path: readonly unknown[] = [];
  app.onChange((_, { changes }) => (path = changes[0]!.path));
  await made.app.heals(JSON.parse(nested(1_000).replace('1', '2')));
  expect(path).toHaveLength(1_000);
  expect(await app.fingerprint()).not.toBe(before);
});

test('P9 a bomb is left at the limit, and what it unpacks to is never in memory', async () => {
  const { code, stdout, stderr } = await runFixture('../faults/payload-bomb.fixture.ts', {
    node: ['--unhandled-rejections=strict', '--expose-gc'],
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const told = JSON.parse(stdout) as Record<'bombs' | 'wireBytes' | 'grownMiB', number>;
  expect(told.bombs).toBe(10);
  expect(told.wireBytes).toBeLessThan(100_000);
  expect(told.grownMiB).toBeLessThan(96);
}, 30_000);

test.each(['br', 'gzip'] as const)(
  'P9 a bomb of %s is a failure, and the value stays',
  async (encoding) => {
    await using made = await served(first);
    if (encoding === 'br') await made.server.fault('bomb');
    else made.serve(gzipSync(Buffer.alloc(64 * 2 ** 20, ' ')), { 'content-encoding': 'gzip' });
    const error = await made.app.fails({
      says: 'longer than 33554432 bytes (limits.maxBytes)',
      failure: 'body',
    });
    expect(error).toMatchObject({ status: 200, retry: 'backoff' });
    await made.server.heal();
    made.serve({ a: 2 });
    await made.app.heals({ a: 2 });
  },
);
