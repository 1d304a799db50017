import { systemClock } from '@holdfast/core';
import type { CacheHarness, CacheNeed } from '../cache-harness.ts';
import type { Rule } from '../contract.ts';
import { ensure } from '../ensure.ts';
import { done, expectRecords, KEY, record, writeAll } from '../records.ts';

/** Storages may round times. */
const ROUNDED_MS = 2_000;

/** When a record was confirmed: what the engine tells its age by. */
export const timeRules: readonly Rule<CacheHarness, CacheNeed>[] = [
  {
    name: 'read() tells when a record was written',
    rule: 'confirmedAt is wall-clock time in milliseconds: an age in other units makes a cold start of every start.',
    async judge(harness) {
      const now = (): number => harness.now?.() ?? systemClock.now();
      const before = now();
      await writeAll(harness, [record(1)]);
      const [entry] = await expectRecords(harness, [record(1)]);
      const at = entry?.confirmedAt ?? Number.NaN;
      const right = at >= before - ROUNDED_MS && at <= now() + ROUNDED_MS;
      ensure(right, `confirmedAt is ${at}, written at ${before}`);
    },
  },
  {
    name: 'touch() confirms the newest generation and makes no new one',
    rule: 'A confirmation costs no record: the newest bears the new time, the older one stays as it was.',
    needs: ['touch'],
    async judge(harness) {
      await writeAll(harness, [record(1), record(2)]);
      const both = [record(2), record(1)];
      const [, older] = await expectRecords(harness, both);
      const at = Math.floor((older?.confirmedAt ?? 0) / 1_000) * 1_000 + 3_600_000;
      await done(harness, async () => harness.cache.touch?.(KEY, at));
      const [touched, same] = await expectRecords(harness, both);
      ensure(touched?.confirmedAt === at, `confirmedAt is ${touched?.confirmedAt}, not ${at}`);
      ensure(same?.confirmedAt === older?.confirmedAt, 'another time of the older generation');
    },
  },
  {
    name: 'touch() of an unknown key makes no record',
    rule: 'A record that was removed meanwhile stays removed; that is no error.',
    needs: ['touch'],
    async judge(harness) {
      await done(harness, async () => harness.cache.touch?.(KEY, 1));
      await expectRecords(harness, []);
    },
  },
];
