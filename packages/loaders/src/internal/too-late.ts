import { isLoadError, LoadError } from '@holdfast/core';

/**
 * What a load rejects with when its signal aborts: where its time was over, how far the answer was, since an origin that
 * hangs is another trouble than one that drips; else the reason as it is.
 *
 * @param status Of the answer that came, without the end of its body; undefined where none did.
 * @param part How much of the body came, where that is known.
 */
export function tooLate(reason: unknown, status: number | undefined, part?: string): unknown {
  if (!isLoadError(reason) || reason.failure !== 'timeout') return reason;
  const rest = part === undefined ? '' : ` (${part})`;
  const how =
    status === undefined
      ? 'no answer began'
      : `status ${status} came, and not all of the body${rest}`;
  return new LoadError(`${reason.message}; ${how}`, { failure: 'timeout' });
}
