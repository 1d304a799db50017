import { Delay } from '../lazy-base.ts';
import type { CycleTools } from './tools.ts';

/** What comes of it, or that it came too late. Nothing is stopped: it is waited for no longer. */
export function inTime<T>(
  pending: Promise<T>,
  { context, policy }: Pick<CycleTools, 'context' | 'policy'>,
  late: (limit: string) => T,
): Promise<T> {
  const { clock, scheduler } = context;
  const { validateTimeoutMs } = policy;
  return new Promise((give, fail) => {
    const delay = new Delay(scheduler, () =>
      give(late(`${validateTimeoutMs} ms (validateTimeoutMs)`)),
    ).start(clock.monotonic() + validateTimeoutMs);
    pending.finally(() => delay.cancel()).then(give, fail);
  });
}
