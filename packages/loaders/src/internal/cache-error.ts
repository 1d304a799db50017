import { HoldfastError, isHoldfastError } from '@holdfast/core';

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

/** Whatever `action` throws becomes `CACHE_FAILED`, with the system's own words, its code and the path in the message. */
export async function cacheErrors<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (isHoldfastError(error)) throw error;
    const said = error instanceof Error ? error.message : String(error);
    // some runtimes do not say it: Deno writes to a full disk with `No space left on device (os error 28)`
    const code = codeOf(error) ?? '';
    const detail = said.includes(code) ? said : `${code}: ${said}`;
    throw new HoldfastError('CACHE_FAILED', `Cannot ${what}: ${detail}`, { cause: error });
  }
}

/** The system's code of an error, e.g. `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  // a DOMException has a number
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** The error itself unless it has one of these codes. */
export function throwUnless(codes: readonly string[], error: unknown): void {
  if (!codes.includes(codeOf(error) ?? '')) throw error;
}
