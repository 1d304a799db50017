import type { CacheHarness, CacheNeed } from '../cache-harness.ts';
import type { Rule } from '../contract.ts';
import { ensure, sameBytes, settled, show } from '../ensure.ts';
import { done, expectRecords, KEY, record, writeAll } from '../records.ts';

/** Near each other, and near what storages make of names. */
const NEAR = [KEY, KEY.slice(1), `${KEY}-prev`, `${KEY}-1`, 'a', 'a-a', '0', '1'];

/** No key of the engine, but legal to the port: kept apart, or refused. */
const ODD = [
  '',
  '.',
  '..',
  '../up',
  '/etc/up',
  'a/b',
  'a\\b',
  'a:b',
  'A',
  'a.rec',
  'a\0b',
  '\u00e9',
  'e\u0301',
  '__proto__',
  'constructor',
  'x'.repeat(300),
];

/** Which record is whose. */
export const keyRules: readonly Rule<CacheHarness, CacheNeed>[] = [
  {
    name: 'records of different keys know nothing of each other',
    rule: 'One storage serves many configs: no write, read or remove of one key meets the record of another.',
    async judge(harness) {
      for (const generation of [0, 100])
        for (const [index, key] of NEAR.entries())
          await writeAll(harness, [record(index + generation)], key);
      for (const [index, key] of NEAR.entries()) {
        await expectRecords(harness, [record(index + 100), record(index)], { key });
        await done(harness, () => harness.cache.remove(key));
      }
      for (const key of NEAR) await expectRecords(harness, [], { key });
    },
  },
  {
    name: 'odd keys are kept apart or refused',
    rule: 'A key that the storage cannot name is an error, never the record of somebody else.',
    async judge(harness) {
      const { cache, patienceMs } = harness;
      await writeAll(harness, [record(0)], 'a');
      const kept: [key: string, bytes: Uint8Array][] = [['a', record(0)]];
      for (const [index, key] of ODD.entries()) {
        const bytes = record(index + 1);
        const none = await settled(() => cache.read(key), patienceMs);
        const empty = none?.ok === false || (none?.ok === true && none.value.length === 0);
        ensure(empty, `a record of ${show(key)} before one was written`);
        const wrote = await settled(() => cache.write(key, bytes.slice()), patienceMs);
        ensure(wrote !== undefined, `a write of ${show(key)} that does not settle`);
        if (wrote.ok) kept.push([key, bytes]);
      }
      for (const [key, bytes] of kept) {
        const read = await settled(() => cache.read(key), patienceMs);
        const entry = read?.ok === true ? read.value[0] : undefined;
        const same = entry !== undefined && sameBytes(entry.bytes, bytes);
        ensure(same, `the key ${show(key)} was taken, and its record is not there`);
      }
    },
  },
];
