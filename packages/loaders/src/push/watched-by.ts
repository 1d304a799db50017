import type { Loader, WatchRequest } from '@holdfast/core';
import { around } from '../internal/around.ts';
import type { CatchUp } from './catch-up.ts';
import { linkedController } from './linked-controller.ts';

/** What tells of changes: one connection, as `Loader.watch`. */
type Watch = (request: WatchRequest) => Promise<void>;

/** What is laid over a loader. */
export interface Watching {
  /** None where there is nothing to watch. */
  readonly watch?: Watch;
  /** Where documents are pushed over a connection. */
  readonly catchUp?: CatchUp;
  /** What is unwise about its options. */
  readonly warnings?: readonly string[];
  /** Frees what it holds between two connections: called when the engine has ended the watch, and with the loader. */
  readonly close?: () => void;
}

/**
 * The same loader with a watch. It loads and decodes as before, so that whatever is pushed goes the way of what is polled.
 * Where the loader has a watch already, both count: they begin and end together.
 */
export function watchedBy(loader: Loader, watching: Watching): Loader {
  const { warnings = [], close, catchUp } = watching;
  const watch = watchOf(loader, watching);
  const told = [...(loader.warnings ?? []), ...warnings];
  return around(loader, {
    ...(told.length > 0 && { warnings: told }),
    ...(catchUp && { load: (request) => catchUp.load(loader, request) }),
    ...(watch && { watch }),
    ...(close && {
      async close() {
        close();
        await loader.close?.();
      },
    }),
  });
}

function watchOf(loader: Loader, { watch, close, catchUp }: Watching): Watch | undefined {
  const inner = loader.watch && ((request: WatchRequest) => loader.watch!(request));
  const own = watch && catchUp ? (request: WatchRequest) => catchUp.watch(watch, request) : watch;
  const both = [inner, own].filter((each) => each !== undefined);
  if (both.length === 0) return undefined;
  return async (request) => {
    try {
      await (both.length > 1 ? together(both, request) : both[0]!(request));
    } finally {
      if (request.signal.aborted) close?.();
    }
  };
}

/** Ends with the first one that ends, and with its error. */
async function together(watches: readonly Watch[], request: WatchRequest): Promise<void> {
  const end = linkedController(request.signal);
  const running = watches.map(async (watch) => watch({ ...request, signal: end.signal }));
  try {
    await Promise.race(running);
  } finally {
    end.abort(new Error('the other watch of the loader ended'));
    await Promise.allSettled(running);
  }
}
