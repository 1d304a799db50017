import { manualClock } from '@holdfast/testing';
import { expect, test, vi } from 'vitest';
import { type HoldfastError, messageOf } from '../errors.ts';
import { memoryCache } from '../memory-cache.ts';
import type { CacheKey } from '../options/cache-keys.ts';
import type { Cache, CacheEntry } from '../ports/cache.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { documentOf, utf8 } from './document.fixture.ts';
import { keyIdOf } from './encryption.ts';
import { type Protection, RecordKeeper } from './persist.ts';
import { decodeRecord } from './record.ts';

const NAMES = ['', 'app', 'mock', 'key'];

/** A cache in memory that notes what is asked of it, and does instead what a test says. */
function watched(
  over: Partial<Cache> = {},
): Cache & { asked: string[]; keys: Set<string>; clock: ReturnType<typeof manualClock> } {
  const clock = manualClock({ startAt: 1_000 });
  const cache: Cache = { ...memoryCache({ clock }), ...over };
  const asked: string[] = [];
  const keys = new Set<string>();
  const note = (what: string, key: string): void => {
    asked.push(what);
    keys.add(key);
  };
  return {
    asked,
    keys,
    clock,
    async read(key) {
      note('read', key);
      return cache.read(key);
    },
    async write(key, bytes) {
      note('write', key);
      await cache.write(key, bytes);
    },
    async touch(key, at) {
      note(`touch ${at}`, key);
      await cache.touch?.(key, at);
    },
    async remove(key) {
      note('remove', key);
      await cache.remove(key);
    },
  };
}

/** Of a config without secrets. */
const OPEN: Protection = { keys: [], holdsSecrets: () => false, withheld() {} };

/** A config that keeps its documents. */
function keptConfig(clock = manualClock()) {
  return { context: { clock, scheduler: new Scheduler(clock, () => {}) }, closed: false };
}

function rig(cache: Cache = watched(), names = NAMES, config = keptConfig()) {
  const reports: string[] = [];
  const report = (error: HoldfastError) => reports.push(`${error.code}: ${messageOf(error)}`);
  const keeper = new RecordKeeper(cache, names, config, report, OPEN);
  return { keeper, reports };
}

const one = documentOf({ n: 1 }, { bytes: utf8('{"n":1}'), validator: { origin: 'o', etag: '1' } });
const two = documentOf({ n: 2 }, { bytes: utf8('{"n":2}') });

test('RecordKeeper reads back what it kept, with its validator', async () => {
  const cache = watched();
  const { keeper, reports } = rig(cache);
  keeper.keep(one);
  await keeper.settled();
  const restarted = rig(cache);
  expect(await restarted.keeper.read()).toEqual([
    {
      loaded: { raw: one.bytes, validator: one.validator, evidence: undefined },
      confirmedAt: 1_000,
      newest: true,
    },
  ]);
  expect([reports, restarted.reports]).toEqual([[], []]);
});

test('RecordKeeper reads two generations, newest first', async () => {
  const cache = watched();
  const { keeper } = rig(cache);
  for (const document of [one, two]) {
    keeper.keep(document);
    await keeper.settled();
  }
  const read = await rig(cache).keeper.read();
  expect(read.map(({ loaded, newest }) => [loaded.raw, newest])).toEqual([
    [two.bytes, true],
    [one.bytes, false],
  ]);
});

test('RecordKeeper uses one key, a hash, and another one for any other name', async () => {
  const cache = watched();
  const { keeper } = rig(cache);
  keeper.keep(one);
  await keeper.settled();
  await keeper.read();
  expect([...cache.keys]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  for (const i of NAMES.keys()) {
    const other = rig(cache, NAMES.with(i, 'other'));
    expect(await other.keeper.read()).toEqual([]);
  }
  // names must not run into one another
  await rig(cache, ['', 'app', 'mo', 'ckkey']).keeper.read();
  expect(cache.keys.size).toBe(NAMES.length + 2);
});

test('RecordKeeper does not begin to write before the commit is over, and writes the newest alone', async () => {
  const cache = watched();
  const { keeper } = rig(cache);
  keeper.keep(one);
  keeper.keep(two);
  expect(cache.asked).toEqual([]);
  await keeper.settled();
  expect(cache.asked).toEqual(['write']);
  expect((await keeper.read())[0]?.loaded.raw).toEqual(two.bytes);
});

test('RecordKeeper writes one after the other, and of those that wait only the newest', async () => {
  const log: string[] = [];
  let release = (): void => {};
  const cache = watched({
    async write(key, bytes) {
      const { raw } = await decodeRecord(key, bytes);
      const text = new TextDecoder().decode(raw as Uint8Array);
      log.push(`begin ${text}`);
      await new Promise<void>((resolve) => (release = resolve));
      log.push(`end ${text}`);
    },
  });
  const { keeper } = rig(cache);
  const numbered = (n: number) => documentOf({ n }, { bytes: utf8(`${n}`) });
  keeper.keep(numbered(1));
  await cache.clock.advance(0);
  for (const n of [2, 3, 4]) keeper.keep(numbered(n));
  release();
  await cache.clock.advance(0);
  release();
  await keeper.settled();
  expect(log).toEqual(['begin 1', 'end 1', 'begin 4', 'end 4']);
});

test('RecordKeeper removes the record of a document that may not be stored', async () => {
  const cache = watched();
  const { keeper } = rig(cache);
  keeper.keep(one);
  await keeper.settled();
  keeper.keep({ ...two, doNotStore: true });
  await keeper.settled();
  expect(cache.asked).toEqual(['write', 'remove']);
  expect(await keeper.read()).toEqual([]);
});

test('confirmed() confirms what is stored, without another generation', async () => {
  const cache = watched();
  const { keeper } = rig(cache);
  keeper.keep(two);
  await keeper.settled();
  keeper.confirmed(two, 2_000);
  await keeper.settled();
  expect(cache.asked).toEqual(['write', 'touch 2000']);
  expect((await keeper.read())[0]?.confirmedAt).toBe(2_000);
});

test('confirmed() leaves the record alone when the document may not be stored', async () => {
  const cache = watched();
  const { keeper } = rig(cache);
  keeper.confirmed({ ...two, doNotStore: true }, 5);
  await keeper.settled();
  expect(cache.asked).toEqual([]);
});

test('forget() removes the record', async () => {
  const cache = watched();
  const { keeper } = rig(cache);
  keeper.keep(two);
  await keeper.settled();
  keeper.forget();
  await keeper.settled();
  expect(await keeper.read()).toEqual([]);
});

test('confirmed() stores again what was restored from the older generation, once it is confirmed', async () => {
  const cache = watched();
  const { keeper } = rig(cache);
  for (const document of [one, two]) {
    keeper.keep(document);
    await keeper.settled();
  }
  const restarted = rig(cache).keeper;
  const [, older] = await restarted.read();
  restarted.restored(older!);
  restarted.confirmed(one, 5);
  await restarted.settled();
  restarted.confirmed(one, 6);
  await restarted.settled();
  expect(cache.asked.slice(-3)).toEqual(['write', 'touch 5', 'touch 6']);
  expect((await restarted.read())[0]?.loaded.raw).toEqual(one.bytes);
});

test('RecordKeeper reports a failing cache once, and again after it had recovered', async () => {
  let full = true;
  const cache = watched({
    write: async () => {
      if (full) throw new Error('no space left');
    },
  });
  const { keeper, reports } = rig(cache);
  const keep = async (): Promise<void> => {
    keeper.keep(one);
    await keeper.settled();
  };
  await keep();
  await keep();
  expect(reports).toEqual(['CACHE_FAILED: The cache failed (write): no space left']);
  full = false;
  await keep();
  full = true;
  await keep();
  expect(reports).toHaveLength(2);
});

test.each<['write' | 'touch' | 'remove', (keeper: RecordKeeper) => unknown]>([
  ['write', (keeper) => keeper.keep(one)],
  ['touch', (keeper) => keeper.confirmed(one, 5)],
  ['remove', (keeper) => keeper.forget()],
])(
  'RecordKeeper reports a %s() that does not end within five seconds, once, until it ends',
  async (method, ask) => {
    let release = (): void => {};
    const hung = (): Promise<void> => new Promise((resolve) => (release = resolve));
    const cache = watched({ [method]: hung });
    const { clock } = cache;
    const { keeper, reports } = rig(cache, NAMES, keptConfig(clock));
    ask(keeper);
    await clock.advance(4_999);
    expect(reports).toEqual([]);
    await clock.advance(1);
    const told = `CACHE_FAILED: The cache failed (${method}): it has not ended within 5000 ms, and later documents wait for it`;
    expect(reports).toEqual([told]);
    ask(keeper);
    await clock.advance(20_000);
    expect([reports.length, cache.asked.length]).toEqual([1, 1]);
    release();
    await clock.advance(4_999);
    expect([reports.length, cache.asked.length]).toEqual([1, 2]);
    await clock.advance(1);
    expect(reports).toEqual([told, told]);
    release();
    await keeper.settled();
    expect(clock.pending).toBe(0);
  },
);

test('RecordKeeper sets no timer for what a config that is closed still writes', async () => {
  const cache = watched({ write: () => new Promise(() => {}) });
  const { clock } = cache;
  const { keeper } = rig(cache, NAMES, { ...keptConfig(clock), closed: true });
  keeper.keep(one);
  await clock.advance(1);
  expect([cache.asked, clock.pending]).toEqual([['write'], 0]);
});

test('RecordKeeper stores a document whose write failed at the next confirmation', async () => {
  let full = true;
  const written: unknown[] = [];
  const cache = watched({
    write: async (key, bytes) => {
      if (full) throw new Error('no space left');
      written.push((await decodeRecord(key, bytes)).raw);
    },
  });
  const { keeper, reports } = rig(cache);
  keeper.keep(two);
  await keeper.settled();
  keeper.confirmed(two, 2);
  await keeper.settled();
  full = false;
  keeper.confirmed(two, 3);
  await keeper.settled();
  keeper.confirmed(two, 4);
  await keeper.settled();
  expect(written).toEqual([two.bytes]);
  expect(cache.asked.at(-1)).toBe('touch 4');
  expect(reports).toHaveLength(1);
});

test('RecordKeeper goes on without touch() where a cache has none', async () => {
  const cache = watched();
  Reflect.deleteProperty(cache, 'touch');
  const { keeper, reports } = rig(cache);
  keeper.confirmed(one, 5);
  await keeper.settled();
  expect(reports).toEqual([]);
});

const bytesOf = async (): Promise<Uint8Array> => {
  const cache = watched();
  const { keeper } = rig(cache);
  keeper.keep(one);
  await keeper.settled();
  return (await cache.read([...cache.keys][0]!))[0]!.bytes;
};

test.each<[string, (good: CacheEntry) => unknown, number, number]>([
  ['a broken newest generation', (good) => [{ bytes: utf8('x'), confirmedAt: 1 }, good], 1, 1],
  [
    'a broken older generation',
    (good) => [good, { bytes: new Uint8Array(5), confirmedAt: 1 }],
    1,
    1,
  ],
  ['bytes that are none', (good) => [{ bytes: 'x', confirmedAt: 1 }, good], 1, 1],
  [
    'nothing usable',
    () => [
      { bytes: utf8(''), confirmedAt: 1 },
      { bytes: utf8('{}\n'), confirmedAt: 1 },
    ],
    0,
    1,
  ],
  ['no list', () => undefined, 0, 1],
  ['a list of nothing', () => [null], 0, 1],
])(
  'read() of a cache that gives %s reports it and gives the rest',
  async (_, entries, usable, reported) => {
    const good = { bytes: await bytesOf(), confirmedAt: 7 };
    const { keeper, reports } = rig(watched({ read: async () => entries(good) as CacheEntry[] }));
    const read = await keeper.read();
    expect(read.map(({ loaded }) => loaded.raw)).toEqual(Array(usable).fill(one.bytes));
    expect(reports).toHaveLength(reported);
    expect(
      reports.every((report) => report.startsWith('CACHE_FAILED: The cache failed (read): ')),
    ).toBe(true);
  },
);

test.each(['read', 'write', 'touch', 'remove'] as const)(
  'RecordKeeper survives a cache whose %s() throws at once',
  async (method) => {
    const broken = {
      ...watched(),
      [method]: () => {
        throw new TypeError('broken');
      },
    };
    const { keeper, reports } = rig(broken);
    await keeper.read();
    keeper.keep(one);
    await keeper.settled();
    keeper.confirmed(one, 5);
    await keeper.settled();
    keeper.keep({ ...one, doNotStore: true });
    await keeper.settled();
    expect(reports).toEqual([`CACHE_FAILED: The cache failed (${method}): broken`]);
  },
);

test('RecordKeeper says what is missing on a page that is not secure', async () => {
  vi.stubGlobal('crypto', {});
  const { keeper, reports } = rig();
  expect(await keeper.read()).toEqual([]);
  vi.unstubAllGlobals();
  expect(reports).toEqual([
    'CACHE_FAILED: The cache failed (read): its keys need crypto.subtle, which browsers have on https: and localhost only',
  ]);
});

const keyOf = (id: string, fill: number): CacheKey => ({ id, key: new Uint8Array(32).fill(fill) });

/** A keeper with keys, of a config that holds secrets. */
function secretRig(cache: Cache, keys: readonly CacheKey[], holdsSecrets = true) {
  const reports: string[] = [];
  let withheld = 0;
  const keeper = new RecordKeeper(
    cache,
    NAMES,
    keptConfig(),
    (error) => reports.push(`${error.code}: ${messageOf(error)}`),
    { keys, holdsSecrets: () => holdsSecrets, withheld: () => withheld++ },
  );
  return { keeper, reports, withheld: () => withheld };
}

/** The ids of the keys that both generations are under. */
async function keysIn(cache: ReturnType<typeof watched>): Promise<(string | undefined)[]> {
  const [key = ''] = cache.keys;
  return (await cache.read(key)).map(({ bytes }) => keyIdOf(bytes));
}

async function kept(keeper: RecordKeeper, ...documents: (typeof one)[]): Promise<void> {
  for (const document of documents) {
    keeper.keep(document);
    await keeper.settled();
  }
}

test.each([true, false])(
  'RecordKeeper encrypts every record where there are keys; with secrets: %s',
  async (holdsSecrets) => {
    const cache = watched();
    await kept(secretRig(cache, [keyOf('a', 1)], holdsSecrets).keeper, one);
    expect(await keysIn(cache)).toEqual(['a']);
    const again = secretRig(cache, [keyOf('a', 1)]);
    const [read] = await again.keeper.read();
    expect(read?.loaded).toEqual({ raw: one.bytes, validator: one.validator, evidence: undefined });
    expect(again.reports).toEqual([]);
  },
);

test('RecordKeeper stores nothing of a config with secrets without a key, and removes what was', async () => {
  const cache = watched();
  const { keeper, withheld } = secretRig(cache, []);
  await kept(keeper, one);
  keeper.confirmed(one, 5);
  await keeper.settled();
  expect(cache.asked).toEqual(['remove']);
  expect(withheld()).toBe(1);
});

test('withhold() removes what was found in clear, where there is no key for it', async () => {
  const cache = watched();
  await kept(rig(cache).keeper, one);
  const { keeper, withheld } = secretRig(cache, []);
  expect(await keeper.read()).toHaveLength(1); // for this one start
  keeper.withhold();
  await keeper.settled();
  expect([await keysIn(cache), withheld()]).toEqual([[], 1]);
});

test.each<[string, CacheKey[], boolean]>([
  ['without secrets', [], false],
  ['with a key', [keyOf('a', 1)], true],
])('withhold() removes nothing %s', async (_, keys, holdsSecrets) => {
  const cache = watched();
  await kept(rig(cache).keeper, one);
  const { keeper } = secretRig(cache, keys, holdsSecrets);
  await keeper.read();
  keeper.withhold();
  await keeper.settled();
  expect(await keysIn(cache)).toEqual([undefined]);
});

test('RecordKeeper leaves neither generation in clear after the first confirmation with a key', async () => {
  const cache = watched();
  await kept(rig(cache).keeper, one, two);
  const { keeper } = secretRig(cache, [keyOf('a', 1)]);
  expect(await keeper.read()).toHaveLength(2);
  keeper.confirmed(two, 5);
  await keeper.settled();
  expect(await keysIn(cache)).toEqual(['a', 'a']);
  cache.asked.length = 0;
  keeper.confirmed(two, 6);
  await keeper.settled();
  expect(cache.asked).toEqual(['touch 6']);
});

test('RecordKeeper moves both generations to the first key, so that the older one can go', async () => {
  const cache = watched();
  await kept(secretRig(cache, [keyOf('old', 1)]).keeper, one, two);
  const rotating = secretRig(cache, [keyOf('new', 2), keyOf('old', 1)]);
  expect(await rotating.keeper.read()).toHaveLength(2);
  rotating.keeper.confirmed(two, 5);
  await rotating.keeper.settled();
  expect(await keysIn(cache)).toEqual(['new', 'new']);
  const rotated = secretRig(cache, [keyOf('new', 2)]);
  expect(await rotated.keeper.read()).toHaveLength(2);
  expect([rotating.reports, rotated.reports]).toEqual([[], []]);
});

test.each<[string, CacheKey[], string]>([
  ['no key', [], 'it is encrypted with key "a", which is not in cacheKeys'],
  ['another key', [keyOf('b', 1)], 'it is encrypted with key "a", which is not in cacheKeys'],
  ['a wrong key', [keyOf('a', 2)], 'key "a" does not open it'],
])('RecordKeeper reports a record for which it has %s, and goes on', async (_, keys, words) => {
  const cache = watched();
  await kept(secretRig(cache, [keyOf('a', 1)]).keeper, one);
  const { keeper, reports } = secretRig(cache, keys);
  expect(await keeper.read()).toEqual([]);
  expect(reports).toEqual([expect.stringMatching(new RegExp(`^CACHE_FAILED: .*${words}`))]);
});

test('RecordKeeper reports a record once, and says what is wrong with each of its generations', async () => {
  const cache = watched();
  await kept(secretRig(cache, [keyOf('a', 1)]).keeper, one, two);
  const keyless = secretRig(cache, []);
  await keyless.keeper.read();
  const missing = 'it is encrypted with key "a", which is not in cacheKeys';
  expect(keyless.reports).toEqual([
    expect.stringMatching(new RegExp(`: ${missing}; no other one is left`)),
  ]);
  const empty = utf8('');
  const { keeper, reports } = rig(
    watched({
      read: async (key) => {
        const [newest] = await cache.read(key);
        return [newest!, { bytes: empty, confirmedAt: 1 }];
      },
    }),
  );
  expect(await keeper.read()).toEqual([]);
  expect(reports).toEqual([
    `CACHE_FAILED: The cache failed (read): Cannot use an encrypted record: ${missing}; the one before: Cannot use a cache record: it has no header: it is empty, cut or not ours; no other one is left, and the source is asked without it`,
  ]);
});

test('RecordKeeper says where a record is that cannot be used, and that the other generation is', async () => {
  const cache = watched();
  await kept(rig(cache).keeper, one, two);
  const cut = utf8('hello');
  const damaged = (at: number) =>
    rig(
      watched({
        read: async (key) =>
          (await cache.read(key)).map((entry, generation) => ({
            ...entry,
            ...(generation === at && { bytes: cut }),
            where: `/cache/${generation}.rec`,
          })),
      }),
    );
  const why = 'Cannot use a cache record: it has no header: it is empty, cut or not ours';
  const newest = damaged(0);
  expect((await newest.keeper.read()).map(({ loaded }) => loaded.raw)).toEqual([one.bytes]);
  expect(newest.reports).toEqual([
    `CACHE_FAILED: The cache failed (read): ${why} (/cache/0.rec); the one before it is tried`,
  ]);
  const older = damaged(1);
  await older.keeper.read();
  expect(older.reports).toEqual([
    `CACHE_FAILED: The cache failed (read): ${why} (/cache/1.rec); the newer one is whole, and used`,
  ]);
});
