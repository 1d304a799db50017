import type { CacheHarness, CacheNeed } from '../cache-harness.ts';
import type { Rule } from '../contract.ts';
import { ensure, settled } from '../ensure.ts';
import { done, expectRecords, KEY, record, writeAll } from '../records.ts';

/** What is below the cache: it is shared, it outlives processes, and it fails. */
export const storageRules: readonly Rule<CacheHarness, CacheNeed>[] = [
  {
    name: 'records are there after a restart',
    rule: 'A process that starts while its source is down finds both generations, and when they were confirmed.',
    needs: ['reopen'],
    async judge(harness) {
      await writeAll(harness, [record(1), record(2)]);
      const before = await expectRecords(harness, [record(2), record(1)]);
      const cache = harness.reopen?.() ?? harness.cache;
      const after = await expectRecords(harness, [record(2), record(1)], { cache });
      const same = before.every(({ confirmedAt }, at) => after[at]?.confirmedAt === confirmedAt);
      ensure(same, 'other times than before');
    },
  },
  {
    name: 'read() sees what another process wrote',
    rule: 'Processes share a storage: what is read is what is there now, not what this process knows of it.',
    needs: ['reopen'],
    async judge(harness) {
      await writeAll(harness, [record(1)]);
      await expectRecords(harness, [record(1)]);
      const other = { ...harness, cache: harness.reopen?.() ?? harness.cache };
      await writeAll(other, [record(2)]);
      await expectRecords(harness, [record(2), record(1)]);
      await done(harness, () => other.cache.remove(KEY));
      await expectRecords(harness, []);
    },
  },
  {
    name: 'a write that fails rejects and leaves the records as they were',
    rule: 'A write happens whole or not at all, and nobody takes a failure for a success.',
    needs: ['breakStorage', 'healStorage'],
    async judge(harness) {
      await writeAll(harness, [record(1), record(2)]);
      await harness.breakStorage?.();
      const how = await settled(() => harness.cache.write(KEY, record(3)), harness.patienceMs);
      await harness.healStorage?.();
      ensure(how !== undefined, 'a write that does not settle');
      ensure(!how.ok, 'a write that says it succeeded');
      await expectRecords(harness, [record(2), record(1)]);
      await writeAll(harness, [record(4)]);
      await expectRecords(harness, [record(4), record(2)]);
    },
  },
];
