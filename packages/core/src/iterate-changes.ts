import type { Config } from './config.ts';
import { Wakeup } from './lazy-base.ts';

/** Gives what `next` finds each time that something settled, until the config is closed or the signal aborts. */
export async function* iterateChanges<C>(
  config: Config,
  next: () => C | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<C, void, undefined> {
  const wakeup = new Wakeup();
  const off = config.onSettled.add(wakeup.wake);
  const ended = (): boolean => signal?.aborted === true;
  signal?.addEventListener('abort', wakeup.wake, { once: true });
  try {
    while (!ended()) {
      const change = next();
      if (change) yield change;
      else if (config.closed) return;
      else await wakeup.sleep();
    }
  } finally {
    off();
    signal?.removeEventListener('abort', wakeup.wake);
  }
}
