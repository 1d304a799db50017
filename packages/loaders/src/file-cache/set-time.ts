import type { FileHandle } from 'node:fs/promises';

/**
 * Dates a record, to the millisecond. With a tenth of one more, since seconds are a little less than what they are made
 * of, and Deno cuts off what is not whole.
 */
export function setTime(handle: FileHandle, at: number): Promise<void> {
  const seconds = (at + 0.1) / 1000;
  return handle.utimes(seconds, seconds);
}
