import { type Limits, type Loader, type LoaderTime, type WatchRequest } from '@holdfast/core';
import { type ManualClock, manualClock } from '@holdfast/testing';

/** One watch on a manual clock, and what it told. */
export interface Watching {
  readonly told: readonly string[];
  readonly clock: ManualClock;
  /** How many of its sleeps go on. */
  readonly sleeping: () => number;
  /** How it ended: `undefined` when cleanly. */
  readonly ended: Promise<Error | undefined>;
  /** Ends it, as the engine does. */
  readonly controller: AbortController;
}

/** Begins to watch. */
export function watching(loader: Loader, limits: Partial<Limits> = {}): Watching {
  const clock = manualClock();
  const controller = new AbortController();
  const told: string[] = [];
  const sleeps = new Set<object>();
  const request: WatchRequest = {
    signal: controller.signal,
    time: timeOf(clock, sleeps),
    limits: { maxWireBytes: 10_000, maxBytes: 10_000, maxDepth: 9, maxKeys: 99, ...limits },
    known: () => undefined,
    connected: () => told.push('connected'),
    changed: () => told.push('changed'),
    offer: ({ raw }) => {
      const isBytes = raw instanceof Uint8Array;
      told.push(`offer ${isBytes ? new TextDecoder().decode(raw) : JSON.stringify(raw)}`);
    },
  };
  const ended = loader.watch!(request).then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  return { told, clock, sleeping: () => sleeps.size, controller, ended };
}

function timeOf(clock: ManualClock, sleeps: Set<object>): LoaderTime {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          timer.cancel();
          sleeps.delete(timer);
          reject(signal.reason as Error);
        };
        const timer = clock.setTimer(ms, () => {
          signal.removeEventListener('abort', stop);
          sleeps.delete(timer);
          resolve();
        });
        sleeps.add(timer);
        signal.addEventListener('abort', stop, { once: true });
      }),
  };
}
