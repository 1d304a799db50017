import { type ErrorCode, HoldfastError, isHoldfastError } from '@holdfast/core';

/** Whatever `action` throws becomes an error of this code, with the system's own words and its code in the message. */
export async function systemErrors<T>(
  code: ErrorCode,
  what: string,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (isHoldfastError(error)) throw error;
    const said = error instanceof Error ? error.message : String(error);
    // some runtimes do not say it: Deno writes to a full disk with `No space left on device (os error 28)`
    const systemCode = codeOf(error) ?? '';
    const detail = said.includes(systemCode) ? said : `${systemCode}: ${said}`;
    throw new HoldfastError(code, `Cannot ${what}: ${detail}`, { cause: error });
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
