import { LoadError, type WatchRequest } from '@holdfast/core';
import { linkedController } from './linked-controller.ts';

/** A connection that is watched over. */
export interface Heard {
  /** Aborts with the watch, and when nothing was heard for too long. */
  readonly signal: AbortSignal;
  /** A sign of life came. */
  readonly heard: () => void;
}

/** For how long a connection may say nothing. */
export interface Silence {
  /** Name of the watch, for the error. */
  readonly name: string;
  readonly silenceMs: number;
  /** What the user gave for it. @default {'silenceMs'} */
  readonly by?: string;
  /** Called when nothing came for a third of `silenceMs`, and for two: may ask for a sign of life. */
  readonly ask?: () => void;
}

/**
 * Runs `connect` for as long as signs of life come: a connection whose other end is gone says nothing, for ever, and so
 * does a proxy that buffers. Settles as `connect` does, or at once when its signal aborts.
 */
export async function withinSilence(
  request: Pick<WatchRequest, 'signal' | 'time'>,
  { name, silenceMs, by = 'silenceMs', ask }: Silence,
  connect: (connection: Heard) => Promise<void>,
): Promise<void> {
  const { signal, time } = request;
  signal.throwIfAborted();
  const end = linkedController(signal);
  let heardAt = time.monotonic();
  const stepMs = ask ? silenceMs / 3 : silenceMs;
  const listen = async (): Promise<void> => {
    for (;;) {
      const quietMs = time.monotonic() - heardAt;
      if (quietMs >= silenceMs)
        throw new LoadError(
          `Cannot watch ${name}: nothing came for ${silenceMs} ms (${by}); the server sends no sign of life, or a proxy keeps it back`,
          { failure: 'timeout' },
        );
      if (quietMs >= stepMs) ask?.();
      // oxlint-disable-next-line no-await-in-loop -- one wait after the other, until it is too long
      await time.sleep(stepMs - (quietMs % stepMs), end.signal);
    }
  };
  const heard = (): void => void (heardAt = time.monotonic());
  try {
    await Promise.race([connect({ signal: end.signal, heard }), listen()]);
  } finally {
    end.abort(new Error(`the watch of ${name} ended`));
  }
}
