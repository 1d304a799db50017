import type { Cache, JsonValue } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import type { ManualClock } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  type Scene,
  edited,
  first,
  poll,
  scene,
  sceneClock,
  settledScene,
  utf8,
} from './scene.fixture.ts';

const schema = z.object({
  revision: z.number(),
  pool: z.object({ size: z.int().positive(), hosts: z.array(z.string()) }),
  log: z.object({ level: z.string() }),
});

/** Takes its time over documents that ask for it. */
const slowSchema = z.looseObject({ hang: z.boolean().optional() }).refine(
  // oxlint-disable-next-line typescript/no-misused-promises -- never settles
  ({ hang }) => (hang ? new Promise<boolean>(() => {}) : Promise.resolve(true)),
);

const throwing = z.unknown().refine((value) => {
  if ((value as { boom?: boolean }).boom) throw new Error('boom with hunter2');
  return true;
});

/** Keys enough for `maxRemoved`. */
const wide = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, i]));

const deep = (levels: number): JsonValue => (levels === 0 ? 1 : { a: deep(levels - 1) });

interface Refusal {
  readonly code: string;
  readonly bad: JsonValue | Uint8Array;
  readonly good?: JsonValue;
  readonly config?: object;
  readonly kept?: boolean;
}

const refusals: Record<string, Refusal> = {
  'bytes that are no UTF-8': {
    code: 'DECODE_FAILED',
    bad: new Uint8Array([...utf8('{"a":"'), 0xff, ...utf8('"}')]),
  },
  'bad JSON': { code: 'DECODE_FAILED', bad: utf8('{"revision": 2, "pool": {"size"') },
  'no bytes at all': { code: 'DECODE_FAILED', bad: new Uint8Array() },
  'two documents in one': { code: 'DECODE_FAILED', bad: utf8('{}{}') },
  'too many bytes': {
    code: 'LIMIT_EXCEEDED',
    bad: utf8(JSON.stringify({ text: 'x'.repeat(600) })),
    config: { limits: { maxBytes: 500 } },
  },
  'too many keys': {
    code: 'LIMIT_EXCEEDED',
    bad: Array.from({ length: 30 }, () => 0),
    config: { limits: { maxKeys: 20 } },
  },
  'too many levels': { code: 'LIMIT_EXCEEDED', bad: { ...first, deep: deep(70) } },
  'a key that reaches a prototype': {
    code: 'LIMIT_EXCEEDED',
    bad: utf8('{"revision":2,"__proto__":{"polluted":1}}'),
  },
  'a number beyond a double': { code: 'LIMIT_EXCEEDED', bad: utf8('{"revision":1e400}') },
  'an array at the top': { code: 'SCHEMA_FAILED', bad: [first] },
  'null at the top': { code: 'SCHEMA_FAILED', bad: null },
  'a string at the top': { code: 'SCHEMA_FAILED', bad: utf8('"maintenance"') },
  'a value that is no JSON': {
    code: 'DECODE_FAILED',
    bad: { ...first, at: new Date(0) } as unknown as JsonValue,
  },
  'what the schema refuses': {
    code: 'SCHEMA_FAILED',
    bad: edited({ pool: { size: -1, hosts: [] } }),
    config: { schema },
  },
  'a schema that throws': {
    code: 'SCHEMA_FAILED',
    bad: { boom: true },
    config: { schema: throwing },
  },
  'a schema that does not answer in time': {
    code: 'SCHEMA_FAILED',
    bad: { hang: true },
    config: { schema: slowSchema, validateTimeoutMs: 500 },
  },
  'a document that loses most of its keys': {
    code: 'REMOVED_TOO_MUCH',
    good: wide,
    bad: { key1: 1 },
    kept: true,
  },
};

/** What the cache holds for all keys, by order of writing. */
function watchedCache(clock: ManualClock): { cache: Cache; writes: string[] } {
  const memory = memoryCache({ clock });
  const writes: string[] = [];
  const cache: Cache = {
    ...memory,
    write: async (key, bytes) => {
      writes.push(new TextDecoder().decode(bytes));
      await memory.write(key, bytes);
    },
    remove: async (key) => {
      writes.push('removed');
      await memory.remove(key);
    },
  };
  return { cache, writes };
}

/** All that a refusal must leave as it is. */
function inForce({ app }: Scene) {
  const { version, from } = app.status;
  return { value: app.current, raw: app.source().document(), version, from };
}

test.each(Object.entries(refusals))(
  'promise 2: %s is refused and changes nothing',
  async (_, { code, bad, good = first, config = {}, kept = false }) => {
    const clock = sceneClock();
    const { cache, writes } = watchedCache(clock);
    const made = scene({ manager: { clock, cache }, loader: { value: good }, config });
    const heard: unknown[] = [];
    await clock.advance(2_000);
    made.app.onChange((value) => heard.push(value));
    made.app.source().onDocument((document) => heard.push(document));
    const before = inForce(made);
    expect(before.from).toBe('origin');
    expect(writes).toHaveLength(1);
    await clock.advance(60_000);
    const { known } = made.loader.asked.at(-1)!;
    expect(known).toBeDefined();

    made.loader.next(bad, { validator: { etag: '"bad"' } });
    const outcome = await poll(made, 2_000);
    expect(outcome).toMatchObject({ kind: 'refused', error: { code } });
    expect(made.record.of('document.refused')).toMatchObject([
      { source: 'mock', error: { code }, kept },
    ]);
    const after = inForce(made);
    expect(after).toEqual(before);
    expect([after.value === before.value, after.raw === before.raw]).toEqual([true, true]);
    expect([heard, writes.length]).toEqual([[], 1]);
    expect(made.app.status).toMatchObject({ state: 'stale', lastFailure: { code } });

    // the validator of the refused document was never remembered: it is downloaded again, and refused again
    const { loads } = made.loader;
    await clock.advance(180_000);
    expect(made.loader.loads).toBeGreaterThan(loads);
    for (const load of made.loader.asked.slice(loads)) expect(load.known).toEqual(known);
    expect(inForce(made)).toEqual(before);

    made.loader.next({ ...(good as object), revision: 99, healed: true });
    await clock.advance(120_000);
    expect(made.app.status).toMatchObject({ state: 'fresh', version: 2, lastFailure: undefined });
    expect(made.app.source().document()).toHaveProperty('healed');
    await made.manager.close();
    expect(writes).toHaveLength(2);
  },
);

test('promise 2: the next process starts from the document before the refused one', async () => {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const one = await settledScene({ manager: { clock, cache }, config: { schema } });
  one.loader.next(edited({ revision: 2 }));
  await poll(one);
  one.loader.next({ revision: 'three' });
  await poll(one);
  await one.manager.close();
  const two = scene({ manager: { clock, cache }, config: { schema } });
  two.loader.fail(Infinity);
  const { from } = await soonReady(two);
  expect([from, two.app.current.revision]).toEqual(['cache', 2]);
});

test('promise 2: a first document that is refused is no value', async () => {
  const made = scene({ loader: { value: [1] } });
  await made.clock.advance(1);
  expect(() => made.app.current).toThrow('must be an object at the top');
  expect(made.app.status).toMatchObject({ version: 0, from: 'defaults', state: 'stale' });
});

test('promise 2: what a schema makes must be freezable, or the document is refused', async () => {
  const dated = z.looseObject({}).transform((value) => ({ ...value, at: new Date(0) }));
  const made = scene({ config: { schema: dated } });
  const outcome = await poll(made);
  expect(outcome).toMatchObject({ kind: 'refused', error: { code: 'SCHEMA_FAILED' } });
  expect(() => made.app.current).toThrow('the output of the schema');
});

test('P6 promise 2: nothing is polluted by a forbidden key', async () => {
  const made = await settledScene();
  for (const bad of [
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
  ]) {
    made.loader.next(utf8(bad));
    expect(await poll(made)).toMatchObject({ kind: 'refused', error: { code: 'LIMIT_EXCEEDED' } });
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

async function soonReady({ app, clock }: Scene): Promise<{ from: string }> {
  const ready = app.ready();
  await clock.advance(20_000);
  return ready;
}
