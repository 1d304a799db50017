import type { Config } from './config.ts';

/** Gives what `next` finds each time that something settled, until the config is closed or the signal aborts. */
export async function* iterateChanges<C>(
  config: Config,
  next: () => C | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<C, void, undefined> {
  const ended = (): boolean => signal?.aborted === true;
  while (!ended()) {
    const change = next();
    if (change) yield change;
    else if (config.closed) return;
    else await settled(config, signal);
  }
}

/** Listens only while somebody waits: an iterator that is left without a word is kept by nobody. */
function settled(config: Config, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      off();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const off = config.onSettled.add(wake);
    signal?.addEventListener('abort', wake, { once: true });
  });
}
