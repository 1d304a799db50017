import type { CacheHarness, CacheNeed } from '../cache-harness.ts';
import type { Rule } from '../contract.ts';
import { ensure, sameBytes, show } from '../ensure.ts';
import { done, expectRecords, KEY, record, writeAll } from '../records.ts';

/** Which records are there. */
export const generationRules: readonly Rule<CacheHarness, CacheNeed>[] = [
  {
    name: 'read() of an unknown key is empty',
    rule: 'Nothing is there: an empty list, no error.',
    async judge(harness) {
      await expectRecords(harness, []);
    },
  },
  {
    name: 'read() gives two generations, the newest first',
    rule: 'The one before the newest is kept, for when the newest cannot be used.',
    async judge(harness) {
      await writeAll(harness, [record(1)]);
      await expectRecords(harness, [record(1)]);
      await writeAll(harness, [record(2)]);
      await expectRecords(harness, [record(2), record(1)]);
    },
  },
  {
    name: 'write() keeps no third generation',
    rule: 'A cache does not grow with the number of changes.',
    async judge(harness) {
      await writeAll(harness, [record(1), record(2), record(3), record(4)]);
      await expectRecords(harness, [record(4), record(3)]);
    },
  },
  {
    name: 'remove() forgets every generation',
    rule: 'What must not be kept is gone, the older one too; removing what is not there is no error.',
    async judge(harness) {
      await done(harness, () => harness.cache.remove(KEY));
      await writeAll(harness, [record(1), record(2)]);
      await done(harness, () => harness.cache.remove(KEY));
      await expectRecords(harness, []);
      await writeAll(harness, [record(3)]);
      await expectRecords(harness, [record(3)]);
    },
  },
  {
    name: 'write() at the same time as others leaves whole records',
    rule: 'Calls of one key take turns: each record that is read is one that was written, and at most two are left.',
    async judge(harness) {
      const { cache } = harness;
      const records = [0, 1, 2, 3, 4, 5, 6].map(record);
      await writeAll(harness, [record(0)]);
      const working = records.slice(1).map(async (bytes) => {
        const written = cache.write(KEY, bytes.slice());
        const during = await cache.read(KEY);
        await written;
        return [during, await cache.read(KEY)];
      });
      const reads = (await done(harness, () => Promise.all(working))).flat();
      reads.push(await done(harness, () => cache.read(KEY)));
      for (const entries of reads) {
        ensure(entries.length === 1 || entries.length === 2, `${entries.length} records`);
        const whole = entries.every(({ bytes }) => records.some((one) => sameBytes(one, bytes)));
        ensure(
          whole,
          `records that nobody wrote: ${entries.map(({ bytes }) => show(bytes)).join(', ')}`,
        );
        const twice = entries.length === 2 && sameBytes(entries[0]!.bytes, entries[1]!.bytes);
        ensure(!twice, 'one record as two generations');
      }
    },
  },
];
