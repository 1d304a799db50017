import type { Cache } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { httpLoader } from '@holdfast/loaders/http';
import { createTestManager, mockLoader } from '@holdfast/testing';
import type { ManualClock } from '@holdfast/testing';
import { configServer } from '@holdfast/testing/config-server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  type SceneOptions,
  edited,
  everyMinute,
  first,
  poll,
  scene,
  sceneClock,
  soon,
} from './scene.fixture.ts';

/** A cache whose records can be looked at and spoilt. */
function openCache(clock: ManualClock) {
  const memory = memoryCache({ clock });
  const keys = new Set<string>();
  const cache: Cache = {
    ...memory,
    read: (key) => memory.read(key),
    write: async (key, bytes) => {
      keys.add(key);
      await memory.write(key, bytes);
    },
  };
  const onlyKey = (): string => [...keys][0]!;
  const newest = async () => (await memory.read(onlyKey()))[0]!;
  return { cache, memory, keys, onlyKey, newest };
}

/** Runs a process that accepts `revisions` one after the other, and closes. */
async function earlierProcess(
  { clock, cache }: { clock: ManualClock; cache: Cache },
  revisions: readonly number[],
  config: SceneOptions['config'] = {},
): Promise<void> {
  const made = scene({ manager: { clock, cache }, config });
  await clock.advance(1);
  for (const revision of revisions) {
    made.loader.next(edited({ revision }), { validator: { etag: `"v${revision}"` } });
    await poll(made);
  }
  await made.manager.close();
}

/** A process whose source is down from the start. */
function downScene(options: SceneOptions) {
  const made = scene(options);
  made.loader.fail(Infinity);
  return made;
}

test('the cached document is in force at the next start while the source is down', async () => {
  const clock = sceneClock();
  const { cache } = openCache(clock);
  await earlierProcess({ clock, cache }, [2]);
  const { app, record } = downScene({ manager: { clock, cache } });
  await clock.advance(20_000);
  expect(app.current).toEqual({ ...first, revision: 2 });
  expect(app.status).toMatchObject({ from: 'cache', state: 'stale', version: 1 });
  expect(record.of('config.changed')).toMatchObject([{ trigger: 'cache', version: 1 }]);
});

test('the validator of the cached document is sent, and a 304 confirms it', async () => {
  const clock = sceneClock();
  const { cache } = openCache(clock);
  await earlierProcess({ clock, cache }, [2]);
  const made = scene({ manager: { clock, cache } });
  made.loader.next(edited({ revision: 2 }), { validator: { etag: '"v2"' } });
  expect(await poll(made, 100)).toMatchObject({
    kind: expect.stringMatching(/unchanged|accepted/) as string,
  });
  await clock.advance(120_000);
  expect(made.loader.asked.at(-1)!.known).toMatchObject({ etag: '"v2"' });
  expect(made.app.status).toMatchObject({ from: 'origin', state: 'fresh', version: 1 });
});

test('a document accepted before the cache answered is stored all the same', async () => {
  const clock = sceneClock();
  const { cache, memory, onlyKey } = openCache(clock);
  const slow: Cache = {
    ...cache,
    read: (key) =>
      new Promise((resolve) => void clock.setTimer(5_000, () => resolve(memory.read(key)))),
  };
  const made = scene({ manager: { clock, cache: slow } });
  expect(await poll(made, 1_000)).toMatchObject({ kind: 'accepted' });
  await made.manager.close();
  expect(await memory.read(onlyKey())).toHaveLength(1);
});

test('an answer of the source is never replaced by a cache that answers later', async () => {
  const clock = sceneClock();
  const { cache, memory } = openCache(clock);
  await earlierProcess({ clock, cache }, [7]);
  const slow: Cache = {
    ...cache,
    read: (key) =>
      new Promise((resolve) => void clock.setTimer(5_000, () => resolve(memory.read(key)))),
  };
  const made = scene({ manager: { clock, cache: slow } });
  await clock.advance(2_000);
  expect(made.app.current.revision).toBe(1); // the first poll did not wait for the cache
  await clock.advance(10_000);
  expect(made.app.current.revision).toBe(1);
  expect(made.app.status).toMatchObject({ version: 1, from: 'origin' });
});

test('D7 a cached document that a changed schema refuses is not used, and its validator is not sent', async () => {
  const clock = sceneClock();
  const { cache } = openCache(clock);
  await earlierProcess({ clock, cache }, [2]);
  const schema = z.object({ revision: z.number(), added: z.string() });
  const made = scene({ manager: { clock, cache }, config: { schema } });
  made.loader.next({ ...first, added: 'yes' }, { validator: { etag: '"v2"' } });
  await clock.advance(2_000);
  expect(made.loader.asked[0]!.known).toBeUndefined();
  const refused = made.record.of('document.refused');
  expect(refused.map(({ trigger, error }) => [trigger, error.code])).toEqual([
    ['cache', 'SCHEMA_FAILED'], // one per generation
    ['cache', 'SCHEMA_FAILED'],
  ]);
  expect(made.app.current).toMatchObject({ added: 'yes' });
  expect(made.app.status).toMatchObject({ state: 'fresh', from: 'origin' });
});

test('where a changed schema refuses the newer generation, the older one is taken', async () => {
  const clock = sceneClock();
  const { cache } = openCache(clock);
  await earlierProcess({ clock, cache }, [2, 3]);
  const schema = z.object({ revision: z.number().max(2) });
  const made = downScene({ manager: { clock, cache }, config: { schema } });
  await clock.advance(20_000);
  expect(made.app.current.revision).toBe(2);
});

test('a schema with a new default serves it from the old cache', async () => {
  const clock = sceneClock();
  const { cache } = openCache(clock);
  await earlierProcess({ clock, cache }, [2]);
  const schema = z.looseObject({ revision: z.number(), added: z.string().default('new') });
  const made = downScene({ manager: { clock, cache }, config: { schema } });
  await clock.advance(20_000);
  expect(made.app.current).toMatchObject({ revision: 2, added: 'new' });
});

test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
  ['empty', () => new Uint8Array()],
  ['cut', (bytes) => bytes.slice(0, bytes.length - 3)],
  ['cut in its header', (bytes) => bytes.slice(0, 40)],
  ['full of zeros', (bytes) => new Uint8Array(bytes.length)],
  ['changed in one byte of its document', (bytes) => bytes.with(bytes.length - 10, 0x20)],
  ['changed in its validator', (bytes) => replaced(bytes, 'v3', 'v9')],
  ['of no known version', (bytes) => replaced(bytes, '"holdfast":1', '"holdfast":9')],
  ['no text', () => new Uint8Array(100).fill(0xff)],
])('D1 a record that is %s is told of, and the second generation is taken', async (_, spoil) => {
  const clock = sceneClock();
  const { cache, memory, onlyKey } = openCache(clock);
  await earlierProcess({ clock, cache }, [2, 3]);
  const spoilt: Cache = {
    ...cache,
    read: async (key) => {
      const [newest, ...older] = await memory.read(key);
      return newest ? [{ ...newest, bytes: spoil(newest.bytes) }, ...older] : [];
    },
  };
  const made = downScene({ manager: { clock, cache: spoilt } });
  await clock.advance(60_000);
  expect(made.record.of('cache.failed')).toMatchObject([
    { source: 'mock', error: { code: 'CACHE_FAILED' } },
  ]);
  expect(made.app.current.revision).toBe(2);
  expect(made.loader.asked.at(-1)!.known).toMatchObject({ etag: '"v2"' });
  expect(onlyKey()).toMatch(/^[0-9a-f]{64}$/);
});

function replaced(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  if (!text.includes(from)) throw new Error(`Cannot spoil: there is no ${from}`);
  return new TextEncoder().encode(text.replace(from, to));
}

test('D7 the record of one config, source, environment or document is never taken for another', async () => {
  const clock = sceneClock();
  const { cache } = openCache(clock);
  await earlierProcess({ clock, cache }, [2]);
  const register = (options: object, name: string, loader: ReturnType<typeof mockLoader>) => {
    const { manager } = createTestManager({ clock, cache, ...options });
    loader.fail(Infinity);
    manager.register(name, { loader });
    return manager;
  };
  const others: (() => ReturnType<typeof createTestManager>['manager'])[] = [
    () => register({}, 'other', mockLoader({ value: first })),
    () => register({ environment: 'staging' }, 'app', mockLoader({ value: first })),
    () => register({}, 'app', mockLoader({ value: first, key: 'elsewhere' })),
    () => register({}, 'app', mockLoader({ value: first, name: 'another' })),
  ];
  for (const make of others) {
    const manager = make();
    await clock.advance(20_000);
    expect(manager.summary().configs[0]).toMatchObject({ version: 0, from: 'defaults' });
    await manager.close();
  }
});

test('D7 a record that was copied to the place of another config is known for what it is', async () => {
  const clock = sceneClock();
  const { cache, memory, onlyKey } = openCache(clock);
  await earlierProcess({ clock, cache }, [2]);
  const key = onlyKey();
  const copied: Cache = { ...cache, read: () => memory.read(key) };
  const { manager } = createTestManager({ clock, cache: copied });
  const loader = mockLoader();
  loader.fail(Infinity);
  const app = manager.register('other', { loader });
  await clock.advance(20_000);
  expect(app.status).toMatchObject({ version: 0, from: 'defaults' });
});

test('D7 over HTTP the cache of another URL is never used, and its tag never sent', async () => {
  const clock = sceneClock();
  const { cache } = openCache(clock);
  await using server = await configServer({
    documents: { '/a.json': { who: 'a' }, '/b.json': { who: 'b' } },
  });
  const start = async (path: string) => {
    const { manager } = createTestManager({ clock, cache });
    const loader = httpLoader({ url: server.url(path), proxyFromEnvironment: false });
    const app = manager.register<{ who: string }>('app', { loader });
    const outcome = await clock.track(app.refresh());
    const seen = [outcome.kind, app.current.who, server.requests.at(-1)!.headers['if-none-match']];
    await manager.close();
    return seen;
  };
  expect(await start('/a.json')).toEqual(['accepted', 'a', undefined]);
  expect(await start('/b.json')).toEqual(['accepted', 'b', undefined]);
  expect(await start('/a.json?version=2')).toEqual(['accepted', 'a', undefined]);
});

test.each([
  ['the future', 3_600_000],
  ['far in the future', 10 ** 13],
])('T2 a record from %s is used, without an age, and is polled for at once', async (_, ahead) => {
  const clock = sceneClock();
  const { cache, memory } = openCache(clock);
  await earlierProcess({ clock, cache }, [2]);
  const shifted: Cache = {
    ...cache,
    read: async (key) =>
      (await memory.read(key)).map((entry) => ({ ...entry, confirmedAt: clock.now() + ahead })),
  };
  const made = downScene({ manager: { clock, cache: shifted } });
  await clock.advance(50);
  expect(made.app.current.revision).toBe(2);
  expect(made.app.status.ageMs).toBeUndefined();
  expect(made.loader.loads).toBe(1);
});

test('T2 a record of 1970 is used, is expired, and is polled for at once', async () => {
  const clock = sceneClock();
  const { cache, memory } = openCache(clock);
  await earlierProcess({ clock, cache }, [2]);
  const shifted: Cache = {
    ...cache,
    read: async (key) => (await memory.read(key)).map((entry) => ({ ...entry, confirmedAt: 0 })),
  };
  const made = downScene({ manager: { clock, cache: shifted } });
  await clock.advance(50);
  expect(made.app.current.revision).toBe(2);
  expect(made.app.status).toMatchObject({ state: 'expired', from: 'cache' });
  expect(made.loader.loads).toBe(1);
});

test('a document that must not be stored is not, and takes the record of the one before away', async () => {
  const clock = sceneClock();
  const { cache, memory, onlyKey } = openCache(clock);
  const made = scene({ manager: { clock, cache } });
  await clock.advance(1_000);
  expect(await memory.read(onlyKey())).toHaveLength(1);
  made.loader.next(edited({ revision: 2 }), { hints: { doNotStore: true } });
  await poll(made);
  expect(await memory.read(onlyKey())).toEqual([]);
  made.loader.next(edited({ revision: 3 }));
  await poll(made);
  expect(await memory.read(onlyKey())).toHaveLength(1);
});

test('a confirmation moves the time of the record, and makes no new generation', async () => {
  const clock = sceneClock();
  const { cache, memory, onlyKey, newest } = openCache(clock);
  const { loader } = scene({ manager: { clock, cache }, config: { polling: everyMinute } });
  await clock.advance(1_000);
  const before = await newest();
  await clock.advance(600_000);
  expect(loader.loads).toBeGreaterThan(5);
  expect((await newest()).confirmedAt).toBeGreaterThan(before.confirmedAt + 500_000);
  expect(await memory.read(onlyKey())).toHaveLength(1);
});

test('a refusal, a failure and a held update leave time and bytes of the record as they are', async () => {
  const clock = sceneClock();
  const { cache, newest } = openCache(clock);
  const made = scene({ manager: { clock, cache }, config: { updates: { max: 1 } } });
  await clock.advance(1_000);
  const before = await newest();
  made.loader.next([]);
  await poll(made);
  made.loader.fail(1);
  await poll(made);
  made.loader.next(edited({ revision: 2 }));
  expect(await poll(made)).toMatchObject({ kind: 'held' });
  expect(await newest()).toEqual(before);
});

test('D15 no reader and no change waits for a slow cache, and close() waits for what is being written', async () => {
  const clock = sceneClock();
  const { cache, newest } = openCache(clock);
  const slow: Cache = {
    ...cache,
    write: (key, bytes) =>
      new Promise((resolve) => {
        clock.setTimer(1_500, () => void cache.write(key, bytes).then(resolve));
      }),
  };
  const made = scene({ manager: { clock, cache: slow }, config: { updates: false } });
  await clock.advance(1);
  for (let revision = 2; revision < 40; revision++) {
    made.loader.next(edited({ revision }));
    expect(await poll(made)).toMatchObject({ kind: 'accepted' });
  }
  await soon(clock, made.manager.close(), 4_000);
  expect(new TextDecoder().decode((await newest()).bytes)).toContain('"revision":39');
});

test('D4 a cache that fails is told of once, until it works again', async () => {
  const clock = sceneClock();
  const { cache } = openCache(clock);
  let broken = true;
  const failing: Cache = {
    ...cache,
    write: (key, bytes) => (broken ? Promise.reject(new Error('ENOSPC')) : cache.write(key, bytes)),
  };
  const made = scene({ manager: { clock, cache: failing }, config: { updates: false } });
  let revision = 1;
  const change = async (): Promise<void> => {
    made.loader.next(edited({ revision: ++revision }));
    await poll(made);
  };
  for (let n = 0; n < 5; n++) await change();
  expect(made.record.of('cache.failed')).toHaveLength(1);
  broken = false;
  await change();
  broken = true;
  await change();
  expect(made.record.of('cache.failed')).toHaveLength(2);
  expect(made.app.status.state).toBe('fresh');
});

test('cache: a value that its loader decodes is decoded again from what was loaded, once', async () => {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const begin = () => {
    const made = createTestManager({ clock, cache });
    const inner = mockLoader({ value: { n: 1 } });
    const decode = ({ raw }: { readonly raw: unknown }) => ({ n: (raw as { n: number }).n + 1 });
    const app = made.manager.register<{ n: number }>('app', { loader: { ...inner, decode } });
    return { ...made, inner, app };
  };
  const before = begin();
  await clock.advance(1);
  expect(before.app.current).toEqual({ n: 2 });
  await before.manager.close();
  const after = begin();
  after.inner.fail(Infinity);
  await clock.advance(1);
  expect([after.app.current, after.app.status.from]).toEqual([{ n: 2 }, 'cache']);
});

test('a source that gives values without marks is written when they change, and confirmed otherwise', async () => {
  const clock = sceneClock();
  const memory = memoryCache({ clock });
  const calls: string[] = [];
  const noted = (call: 'write' | 'touch' | 'remove') => ({
    [call]: (...args: never[]) => {
      calls.push(call);
      return (memory[call] as (...all: never[]) => Promise<void>)(...args);
    },
  });
  const cache = { ...memory, ...noted('write'), ...noted('touch'), ...noted('remove') };
  const { manager } = createTestManager({ clock, cache });
  let n = 1;
  const load = async () => ({ kind: 'loaded', raw: { n } }) as const;
  const loader = { name: 'own', key: 'own', load };
  const app = manager.register<{ n: number }>('app', { loader, polling: everyMinute });
  await clock.advance(130_000);
  expect(calls).toEqual(['write', 'touch', 'touch']);
  n = 2;
  await soon(clock, app.refresh());
  await clock.advance(1_000);
  expect(calls.slice(3)).toEqual(['write']);
});

test('what caches in between have had for hours is that old after a restart, too', async () => {
  const clock = sceneClock();
  const { cache, newest } = openCache(clock);
  const ageMs = 18_000_000;
  let n = 1;
  const load = async () => ({ kind: 'loaded', raw: { n }, hints: { ageMs } }) as const;
  const loader = { name: 'own', key: 'own', load };
  const { manager } = createTestManager({ clock, cache });
  const app = manager.register('app', { loader, polling: everyMinute });
  await clock.advance(1_000);
  const age = async () => clock.now() - (await newest()).confirmedAt;
  expect(await age()).toBe(ageMs + 1_000);
  await soon(clock, app.refresh());
  expect(await age()).toBe(ageMs + 1);
  n = 2;
  await soon(clock, app.refresh());
  expect(await age()).toBe(ageMs + 1);
});

test('a record that could not be removed is removed when the source says again that there is nothing', async () => {
  const clock = sceneClock();
  const memory = memoryCache({ clock });
  let stuck = true;
  const remove: typeof memory.remove = async (key) => {
    if (stuck) throw new Error('the disk is read-only');
    await memory.remove(key);
  };
  const cache = { ...memory, remove };
  const [a, b] = [mockLoader({ name: 'a', value: { a: 1 } }), mockLoader({ name: 'b' })];
  const sources = [
    { name: 'a', loader: a },
    { name: 'b', loader: b, optional: true, whenAbsent: 'empty' },
  ] as const;
  b.next({ b: 1 });
  const { manager } = createTestManager({ clock, cache });
  const app = manager.register('app', { sources, polling: everyMinute });
  await clock.advance(1);
  b.absent();
  await soon(clock, app.refresh());
  stuck = false;
  await soon(clock, app.refresh());
  await soon(clock, manager.close());
  const next = createTestManager({ clock, cache }).manager.register('app', { sources });
  next.pause();
  await clock.advance(1);
  expect(next.current).toEqual({ a: 1 });
});
