import { HoldfastError } from '../lazy-base.ts';

/** The same error in other words: what failed, and why, stays. */
export function reworded({ code, cause }: HoldfastError, message: string): HoldfastError {
  return new HoldfastError(code, message, { cause });
}
