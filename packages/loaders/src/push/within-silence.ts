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
  /** Called about three times within `silenceMs`: may ask for a sign of life. */
  readonly ask?: () => void;
}

/**
 * Runs `connect` for as long as signs of life come: a connection whose other end is gone says nothing, for ever, and so
 * does a proxy that buffers. Settles as `connect` does, or at once when its signal aborts.
 */
export async function withinSilence(
  request: Pick<WatchRequest, 'signal' | 'time'>,
  { name, silenceMs, ask }: Silence,
  connect: (connection: Heard) => Promise<void>,
): Promise<void> {
  const { signal, time } = request;
  signal.throwIfAborted();
  const end = linkedController(signal);
  let heardAt = time.monotonic();
  const listen = async (): Promise<void> => {
    for (;;) {
      const left = heardAt + silenceMs - time.monotonic();
      if (left <= 0)
        throw new LoadError(
          `Cannot watch ${name}: nothing came for ${silenceMs} ms (silenceMs); the server sends no sign of life, or a proxy keeps it back`,
          { failure: 'timeout' },
        );
      // oxlint-disable-next-line no-await-in-loop -- one wait after the other, until it is too long
      await time.sleep(ask ? Math.min(left, silenceMs / 3) : left, end.signal);
      ask?.();
    }
  };
  const heard = (): void => void (heardAt = time.monotonic());
  try {
    await Promise.race([connect({ signal: end.signal, heard }), listen()]);
  } finally {
    end.abort(new Error(`the watch of ${name} ended`));
  }
}
