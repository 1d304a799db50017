import type { Clock } from '../ports/clock.ts';
import { Delay } from './delay.ts';
import type { Scheduler } from './scheduler.ts';

/** What hangs must not keep a process from closing. */
export const CLOSE_PATIENCE_MS = 5_000;

/** Waits for `pending`, but no longer than `limitMs` milliseconds; says whether it settled. Never rejects. */
export function settlesWithin(
  pending: Promise<unknown>,
  limitMs: number,
  { clock, scheduler }: { readonly clock: Clock; readonly scheduler: Scheduler },
): Promise<boolean> {
  return new Promise((resolve) => {
    const delay = new Delay(scheduler, () => resolve(false)).start(clock.monotonic() + limitMs);
    const settled = (): void => {
      delay.cancel();
      resolve(true);
    };
    pending.then(settled, settled);
  });
}
