import type { Cache, Clock } from '@holdfast/core';
import { systemClock } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { checkFolder, makeFolder } from './file-cache/folder.ts';
import { KeyQueue } from './internal/key-queue.ts';
import { recordPaths } from './file-cache/paths.ts';
import { readRecord } from './file-cache/read-record.ts';
import { removeRecords, touchRecord } from './file-cache/change-record.ts';
import { TempFiles } from './file-cache/temp-files.ts';
import { writeRecord } from './file-cache/write-record.ts';
import { checkOptions } from './internal/check-options.ts';
import { checkPath } from './internal/check-path.ts';
import { cacheErrors, checkKey } from './internal/cache-error.ts';

/** What {@link fileCache} must be told. */
export interface FileCacheOptions {
  /**
   * Folder of the records, for this application alone. Made (0700) at the first write if only the last part of the path
   * is missing. A relative path starts at the working directory of the moment at which the cache is created.
   */
  readonly directory: string | URL;
  /**
   * Where the time of a record comes from, and the age of what dead processes left behind. Give it the clock of the
   * manager where that is not the system's. @default {systemClock}
   */
  readonly clock?: Pick<Clock, 'now'>;
}

/**
 * Keeps the last good documents in files, so that an application can start while its source is down.
 *
 * `kill -9`, a full disk or another process that writes the same record leave one whole record at any instant: the old
 * one or the new one. Each record has two generations, `<key>.rec` and `<key>.prev.rec`. Files are made 0600 and synced
 * to the disk. The folder must be a real folder of this user that not everybody may write to; only regular files in it
 * are opened, and no symbolic link is followed. Nothing is held open between two calls.
 *
 * Whatever fails rejects with a `HoldfastError` `CACHE_FAILED` that names the path and the system's code (`ENOSPC`,
 * `EACCES`, …); the manager tells of it and goes on without the cache.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function fileCache(options: FileCacheOptions): Cache {
  const check = new OptionChecks('fileCache()');
  checkOptions(check, options, { example: '{ directory }', known: ['directory', 'clock'] });
  const { directory: given, clock = systemClock } = options;
  const { path: directory } = checkPath(check, 'directory', given, 'a folder');
  check.methods('clock', clock, ['now']);
  const queue = new KeyQueue();
  const temps = new TempFiles(directory, clock);

  /** Calls that change one record wait for each other; reading needs no turn. */
  function change(verb: string, key: string, action: () => Promise<void>): Promise<void> {
    return cacheErrors(`${verb} the record in ${directory}`, async () => {
      checkKey(key);
      await queue.run(key, action);
    });
  }

  return {
    read: (key) =>
      cacheErrors(`read the record in ${directory}`, async () => {
        checkKey(key);
        return (await checkFolder(directory)) ? readRecord(recordPaths(directory, key)) : [];
      }),
    write: (key, bytes) =>
      change('write', key, async () => {
        await makeFolder(directory);
        await temps.sweep();
        await writeRecord(recordPaths(directory, key), bytes, { temps, at: clock.now() });
      }),
    touch: (key, at) =>
      change('touch', key, async () => {
        if (await checkFolder(directory)) await touchRecord(recordPaths(directory, key), at);
      }),
    remove: (key) =>
      change('remove', key, async () => {
        if (!(await checkFolder(directory))) return;
        await temps.sweep();
        await removeRecords(recordPaths(directory, key));
      }),
  };
}
