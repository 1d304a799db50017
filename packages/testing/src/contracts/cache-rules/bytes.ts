import type { CacheHarness, CacheNeed } from '../cache-harness.ts';
import type { Rule } from '../contract.ts';
import { done, expectRecords, KEY, record } from '../records.ts';

/** Records are bytes, and nothing but bytes. */
export const bytesRules: readonly Rule<CacheHarness, CacheNeed>[] = [
  {
    name: 'read() gives what was written, byte for byte',
    rule: 'A record is opaque: it may be encrypted, so that every byte value occurs, and zeros at its ends.',
    async judge(harness) {
      const all = Uint8Array.from({ length: 65_537 }, (_, index) => index % 256);
      await done(harness, () => harness.cache.write(KEY, all.slice()));
      await expectRecords(harness, [all]);
    },
  },
  {
    name: 'write() takes the view that it is given, not the buffer below it',
    rule: 'A Uint8Array may be a window on a larger buffer, which holds the secrets of others.',
    async judge(harness) {
      const window = Uint8Array.from([1, 2, 3, 4, 5, 6]).subarray(2, 5);
      await done(harness, () => harness.cache.write(KEY, window));
      await expectRecords(harness, [Uint8Array.from([3, 4, 5])]);
    },
  },
  {
    name: 'write() copies the bytes',
    rule: 'Whoever wrote may use the buffer again once the write has settled.',
    async judge(harness) {
      const bytes = record(1);
      await done(harness, () => harness.cache.write(KEY, bytes));
      bytes.fill(0);
      await expectRecords(harness, [record(1)]);
    },
  },
  {
    name: 'read() gives copies of the bytes',
    rule: 'Whoever read may change what was read: the record stays as it was written.',
    async judge(harness) {
      await done(harness, () => harness.cache.write(KEY, record(1)));
      const [entry] = await expectRecords(harness, [record(1)]);
      entry?.bytes.fill(0);
      await expectRecords(harness, [record(1)]);
    },
  },
];
