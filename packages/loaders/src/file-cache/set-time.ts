import type { FileHandle } from 'node:fs/promises';

/**
 * Dates a record, to the millisecond; before 1970 as of then, since a negative time is taken for now. With a tenth of one more, since seconds are a little less than what they are made
 * of, and Deno cuts off what is not whole.
 */
export function setTime(handle: FileHandle, at: number): Promise<void> {
  const seconds = (Math.max(0, at) + 0.1) / 1000;
  return handle.utimes(seconds, seconds);
}
