import { rename } from 'node:fs/promises';
import { systemClock } from '@holdfast/core';
import { codeOf } from '../internal/system-error.ts';

/** What Windows says while a virus scanner or an indexer looks at a file. */
const PASSING = new Set(process.platform === 'win32' ? ['EPERM', 'EBUSY', 'EACCES'] : []);
const MAX_TRIES = 6;
const PAUSE_MS = 20;

/** Renames over whatever has the name, at once and as a whole. */
export async function replace(from: string, to: string, attempt = 1): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (attempt >= MAX_TRIES || !PASSING.has(codeOf(error) ?? '')) throw error;
    await new Promise<void>((resolve) => {
      systemClock.setTimer(attempt * PAUSE_MS, resolve, { keepAlive: true });
    });
    await replace(from, to, attempt + 1);
  }
}
