import type { Cache, CacheEntry } from '@holdfast/core';
import { systemClock } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { cacheContract } from './cache-contract.ts';
import type { CacheHarness } from './cache-harness.ts';
import { contractTests } from './contract.ts';
import { seenBy } from './seen-by.fixture.ts';

/** What a cache keeps, by key, and whether it can write. */
class Storage {
  readonly records = new Map<string, readonly CacheEntry[]>();
  full = false;

  /** A sound cache on this storage, with parts that are wrong. */
  cache(wrong: Partial<Cache> = {}): Cache {
    const { records } = this;
    return {
      read: async (key) =>
        (records.get(key) ?? []).map((entry) => ({ ...entry, bytes: entry.bytes.slice() })),
      write: async (key, bytes) => {
        if (this.full) throw new Error('disk full');
        this.put(key, bytes.slice());
      },
      touch: async (key, at) => {
        const [newest, ...older] = records.get(key) ?? [];
        if (newest) records.set(key, [{ ...newest, confirmedAt: at }, ...older]);
      },
      remove: async (key) => void records.delete(key),
      ...wrong,
    };
  }

  put(key: string, bytes: Uint8Array, confirmedAt = systemClock.now(), most = 2): void {
    const entry = { bytes, confirmedAt };
    this.records.set(key, [entry, ...(this.records.get(key) ?? [])].slice(0, most));
  }
}

function harnessOf(storage: Storage, wrong: Partial<Cache> = {}): CacheHarness {
  return {
    cache: storage.cache(wrong),
    reopen: () => storage.cache(wrong),
    breakStorage: () => void (storage.full = true),
    healStorage: () => void (storage.full = false),
    patienceMs: 60,
  };
}

describe('a cache that keeps every rule', () => {
  const tests = contractTests(cacheContract, () => harnessOf(new Storage()));
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
  test('runs every case', () => {
    expect(tests.filter(({ skip }) => skip)).toEqual([]);
  });
});

/** Per case, caches that break its rule, by what is seen of it. */
const BROKEN: Record<string, Record<string, (storage: Storage) => CacheHarness>> = {
  'read() of an unknown key is empty': {
    'undefined instead of []': (storage) =>
      harnessOf(storage, { read: async () => undefined as never }),
    'a call that rejects with Error: ENOENT': (storage) =>
      harnessOf(storage, {
        read: async () => {
          throw new Error('ENOENT');
        },
      }),
    'a call that does not settle': (storage) =>
      harnessOf(storage, { read: () => new Promise(() => {}) }),
  },
  'read() gives two generations, the newest first': {
    '[26 bytes, 39 bytes] instead': (storage) =>
      harnessOf(storage, { read: async (key) => (storage.records.get(key) ?? []).toReversed() }),
    '[39 bytes] instead': (storage) =>
      harnessOf(storage, { write: async (key, bytes) => storage.put(key, bytes.slice(), 0, 1) }),
  },
  'write() keeps no third generation': {
    '[65 bytes, 52 bytes, 39 bytes, 26 bytes] instead': (storage) =>
      harnessOf(storage, { write: async (key, bytes) => storage.put(key, bytes.slice(), 0, 9) }),
  },
  'remove() forgets every generation': {
    'a call that rejects with Error: ENOENT': (storage) =>
      harnessOf(storage, {
        async remove(key) {
          if (!storage.records.delete(key)) throw new Error('ENOENT');
        },
      }),
    '[26 bytes] instead of []': (storage) =>
      harnessOf(storage, {
        remove: async (key) =>
          void storage.records.set(key, (storage.records.get(key) ?? []).slice(1)),
      }),
  },
  'write() at the same time as others leaves whole records': {
    'records that nobody wrote': (storage) =>
      harnessOf(storage, {
        async write(key, bytes) {
          const torn = bytes.slice();
          storage.put(key, torn.subarray(0, 5));
          await Promise.resolve();
          storage.put(key, torn);
        },
      }),
    'one record as two generations': (storage) =>
      harnessOf(storage, {
        async write(key, bytes) {
          storage.put(key, bytes.slice());
          storage.put(key, bytes.slice());
        },
      }),
    '0 records': (storage) =>
      harnessOf(storage, {
        async write(key, bytes) {
          storage.records.delete(key);
          await Promise.resolve();
          storage.put(key, bytes.slice());
        },
      }),
    'a call that does not settle': (storage) =>
      harnessOf(storage, { write: () => new Promise(() => {}) }),
  },
  'read() gives what was written, byte for byte': {
    'instead of [65537 bytes]': (storage) =>
      harnessOf(storage, {
        // as text, which bytes are not
        async write(key, bytes) {
          storage.put(key, new TextEncoder().encode(new TextDecoder().decode(bytes)));
        },
      }),
  },
  'write() takes the view that it is given, not the buffer below it': {
    '[6 bytes] instead of [3 bytes]': (storage) =>
      harnessOf(storage, {
        write: async (key, { buffer }) => storage.put(key, new Uint8Array(buffer)),
      }),
  },
  'write() copies the bytes': {
    'or other bytes of the same length': (storage) =>
      harnessOf(storage, { write: async (key, bytes) => storage.put(key, bytes) }),
  },
  'read() gives copies of the bytes': {
    'or other bytes of the same length': (storage) =>
      harnessOf(storage, { read: async (key) => storage.records.get(key) ?? [] }),
  },
  'records of different keys know nothing of each other': {
    '[1530 bytes, 1515 bytes]': (storage) => withKeys(storage, (key) => key.replace(/^c/, '')),
    '[1560 bytes, 13 bytes]': (storage) =>
      harnessOf(storage, {
        // the generation before lies where another key may lie
        async write(key, bytes) {
          const [newest] = storage.records.get(key) ?? [];
          if (newest) storage.put(`${key}-1`, newest.bytes);
          storage.put(key, bytes.slice());
        },
      }),
  },
  'odd keys are kept apart or refused': {
    'a record of "A" before': (storage) => withKeys(storage, (key) => key.toLowerCase()),
    'a record of "/etc/up" before': (storage) =>
      withKeys(storage, (key) => key.replace(/^.*\//, '')),
    'a record of "é" before': (storage) => withKeys(storage, (key) => key.normalize()),
    'a record of "__proto__" before': (storage) => {
      const records: Record<string, CacheEntry[]> = {};
      return harnessOf(storage, {
        read: async (key) => records[key] ?? [],
        async write(key, bytes) {
          records[key] = [{ bytes: bytes.slice(), confirmedAt: 0 }];
        },
      });
    },
    'the key "" was taken': (storage) =>
      harnessOf(storage, {
        async write(key, bytes) {
          if (key !== '') storage.put(key, bytes.slice());
        },
      }),
    'that does not settle': (storage) =>
      harnessOf(storage, {
        write: async (key) => (key === '' ? new Promise(() => {}) : undefined),
      }),
  },
  'read() tells when a record was written': {
    'confirmedAt is 1.': (storage) => {
      const seconds = (): number => systemClock.now() / 1_000 / 1e9;
      return harnessOf(storage, {
        write: async (key, bytes) => storage.put(key, bytes.slice(), seconds()),
      });
    },
    'confirmedAt is NaN': (storage) =>
      harnessOf(storage, {
        write: async (key, bytes) => storage.put(key, bytes.slice(), null as never),
        read: async (key) =>
          (storage.records.get(key) ?? []).map(({ bytes }) => ({ bytes }) as CacheEntry),
      }),
  },
  'touch() confirms the newest generation and makes no new one': {
    'confirmedAt is ': (storage) => harnessOf(storage, { touch: async () => {} }),
    '[39 bytes, 39 bytes] instead': (storage) =>
      harnessOf(storage, {
        touch: async (key, at) =>
          storage.put(key, storage.records.get(key)?.[0]?.bytes ?? new Uint8Array(), at),
      }),
    'another time of the older generation': (storage) =>
      harnessOf(storage, {
        async touch(key, confirmedAt) {
          const entries = storage.records.get(key) ?? [];
          storage.records.set(
            key,
            entries.map((entry) => ({ ...entry, confirmedAt })),
          );
        },
      }),
  },
  'touch() of an unknown key makes no record': {
    '[0 bytes] instead of []': (storage) =>
      harnessOf(storage, { touch: async (key, at) => storage.put(key, new Uint8Array(), at) }),
    'a call that rejects with Error: ENOENT': (storage) =>
      harnessOf(storage, {
        async touch() {
          throw new Error('ENOENT');
        },
      }),
  },
  'records are there after a restart': {
    '[] instead of [39 bytes, 26 bytes]': (storage) => ({
      ...harnessOf(storage),
      reopen: () => new Storage().cache(),
    }),
    'other times than before': (storage) => ({
      ...harnessOf(storage),
      reopen: () =>
        storage.cache({
          read: async (key) =>
            (storage.records.get(key) ?? []).map(({ bytes }) => ({ bytes, confirmedAt: 1 })),
        }),
    }),
  },
  'read() sees what another process wrote': {
    '[26 bytes] instead of [39 bytes, 26 bytes]': (storage) => {
      let known: readonly CacheEntry[] | undefined;
      const read = async (key: string) => (known ??= await storage.cache().read(key));
      return { ...harnessOf(storage, { read }), reopen: () => storage.cache() };
    },
  },
  'a write that fails rejects and leaves the records as they were': {
    'a write that says it succeeded': (storage) =>
      harnessOf(storage, {
        async write(key, bytes) {
          if (!storage.full) storage.put(key, bytes.slice());
        },
      }),
    '[39 bytes, 39 bytes] instead': (storage) =>
      harnessOf(storage, {
        // makes room before it knows that it can write
        async write(key, bytes) {
          const [newest] = storage.records.get(key) ?? [];
          if (newest) storage.put(key, newest.bytes);
          await storage.cache().write(key, bytes);
        },
      }),
    'a write that does not settle': (storage) =>
      harnessOf(storage, {
        write: (key, bytes) =>
          storage.full ? new Promise(() => {}) : storage.cache().write(key, bytes),
      }),
  },
};

/** A cache that takes some keys for one. */
function withKeys(storage: Storage, nameOf: (key: string) => string): CacheHarness {
  const sound = storage.cache();
  return harnessOf(storage, {
    read: (key) => sound.read(nameOf(key)),
    write: (key, bytes) => sound.write(nameOf(key), bytes),
    remove: (key) => sound.remove(nameOf(key)),
  });
}

describe('cacheContract', () => {
  test('has broken caches for each case, and no other', () => {
    expect(Object.keys(BROKEN).toSorted()).toEqual(
      cacheContract.map(({ name }) => name).toSorted(),
    );
  });

  for (const { name, rule, run } of cacheContract) {
    for (const [seen, make] of Object.entries(BROKEN[name] ?? {})) {
      test(`catches a cache that breaks: ${name} (${seen})`, async () => {
        expect(await seenBy(rule, () => run(make(new Storage())))).toContain(seen);
      });
    }
  }
});
