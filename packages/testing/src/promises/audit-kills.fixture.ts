/**
 * Run as a process of its own, with a path and a number: writes audit records from that number on until it is killed, and
 * prints each number once its record is written. After a few hundred it waits for its end: a kill that comes late must not
 * find a full disk.
 */
import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { auditFile } from '@holdfast/loaders/audit-file';

const [path = '', from = '1'] = process.argv.slice(2);
const MOST = 300;
const file = auditFile({ path, fsync: false });
for (let version = Number(from); version < Number(from) + MOST; version++) {
  const what = { config: 'app', environment: '', action: 'config.changed', version } as const;
  // oxlint-disable-next-line no-await-in-loop -- one record after the other
  await file.write({ at: version, time: '', ...what, reason: 'x'.repeat(300_000) });
  writeSync(1, `written ${version}\n`);
}
await pause(60_000);
