import { join } from 'node:path';

/** The files of one record. */
export interface RecordPaths {
  readonly directory: string;
  readonly key: string;
  /** The newest generation. */
  readonly current: string;
  /** The one before. */
  readonly previous: string;
}

/** Where the record of `key` is kept. */
export function recordPaths(directory: string, key: string): RecordPaths {
  return {
    directory,
    key,
    current: join(directory, `${key}.rec`),
    previous: join(directory, `${key}.prev.rec`),
  };
}
