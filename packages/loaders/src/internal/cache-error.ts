import { HoldfastError } from '@holdfast/core';
import { systemErrors } from './system-error.ts';

/** A key that is safe as a file name: what the engine makes is a hash. */
const KEY = /^[a-z0-9-]{1,128}$/;

/** Something about the folder or a file that is refused, not an error of the system. */
export function refusal(message: string): HoldfastError {
  return new HoldfastError('CACHE_FAILED', message);
}

/** Refuses what could leave the folder or be too long for a file name. */
export function checkKey(key: string): void {
  if (KEY.test(key)) return;
  throw refusal('Cannot use the key of a cache record as it must be 1 to 128 of a-z, 0-9 and "-"');
}

/** Whatever `action` throws becomes `CACHE_FAILED`. */
export function cacheErrors<T>(what: string, action: () => Promise<T>): Promise<T> {
  return systemErrors('CACHE_FAILED', what, action);
}
