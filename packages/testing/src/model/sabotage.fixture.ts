import type { Validator } from '@holdfast/core';
import type { Sabotage } from './running.fixture.ts';

interface Mistake {
  /** What the checks say of it. */
  readonly seenAs: RegExp;
  readonly sabotage: () => Sabotage;
}

/** Mistakes that an engine could make, each put around the one that does not make it. Made anew for each process. */
export const mistakes: Record<string, Mistake> = {
  'remembers the validator of a document before it was accepted': {
    seenAs: /^violation: "sent /,
    sabotage: () => {
      let last: Validator | undefined;
      return {
        loader: (loader) => ({
          ...loader,
          async load(request) {
            const result = await loader.load({ ...request, known: last ?? request.known });
            if (result.kind === 'loaded') last = result.validator;
            return result;
          },
        }),
      };
    },
  },
  'sends no validator': {
    seenAs: /^violation: "sent /,
    sabotage: () => ({
      loader: (loader) => ({
        ...loader,
        load: (request) => loader.load({ ...request, known: undefined }),
      }),
    }),
  },
  'asks twice at a time': {
    seenAs: /two loads at the same time/,
    sabotage: () => ({
      loader: (loader) => ({
        ...loader,
        load: async (request) =>
          (await Promise.all([loader.load(request), loader.load(request)]))[0],
      }),
    }),
  },
  'polls more often than the minimum interval': {
    seenAs: /more requests than the minimum interval allows/,
    sabotage: () => ({ options: { polling: { minIntervalMs: 1_000 } } }),
  },
  'waits too long after failures': {
    seenAs: /^the next poll is in time: /,
    sabotage: () => ({ options: { polling: { backoff: { maxMs: 3_000_000 } } } }),
  },
  'gives up too late': {
    seenAs: /a load was given up after 8000 ms/,
    sabotage: () => ({ options: { polling: { deadlineMs: 8_000 } } }),
  },
  'applies every update at once': {
    seenAs: /poll.finished accepted instead of held|^current: /,
    sabotage: () => ({ options: { updates: false } }),
  },
  'serves the value before the one in force': {
    seenAs: /^current: /,
    sabotage: () => ({
      handle(handle) {
        let shown = [handle.status.version, value(handle), value(handle)] as const;
        return wrapped(handle, {
          get current() {
            const { version } = handle.status;
            if (version !== shown[0]) shown = [version, value(handle), shown[1]];
            return shown[2] ?? handle.current;
          },
        });
      },
    }),
  },
  'serves values that can be written to': {
    seenAs: /^current is frozen: /,
    sabotage: () => ({
      handle: (handle) =>
        wrapped(handle, {
          get current() {
            return { ...handle.current };
          },
        }),
    }),
  },
  'takes a refusal for a success': {
    seenAs: /^status: /,
    sabotage: () => ({
      handle: (handle) =>
        wrapped(handle, {
          get status() {
            const { status } = handle;
            return status.state === 'stale' ? { ...status, state: 'fresh' as const } : status;
          },
        }),
    }),
  },
  'stops polling when a wait is long': {
    seenAs: /^there is a next poll: |the next poll is in time|^healed: /,
    sabotage: () => ({
      clock: (clock) => ({
        ...clock,
        setTimer: (ms, callback, options) =>
          clock.setTimer(ms, ms < 55_000 ? callback : () => undefined, options),
      }),
    }),
  },
  'keeps all documents in one cache record': {
    seenAs: /the cache record of . is used for ./,
    sabotage: () => ({
      cache: (cache) => ({
        ...cache,
        read: () => cache.read('record'),
        write: (_, bytes) => cache.write('record', bytes),
      }),
    }),
  },
  'stores nothing': {
    seenAs: /^stored: /,
    sabotage: () => ({ cache: (cache) => ({ ...cache, write: async () => undefined }) }),
  },
};

type Handle = Parameters<NonNullable<Sabotage['handle']>>[0];

function value(handle: Handle): Handle['current'] | undefined {
  return handle.status.version > 0 ? handle.current : undefined;
}

/** `handle` with some of its properties replaced; methods keep their `this`. */
function wrapped(handle: Handle, replaced: Partial<Handle>): Handle {
  return Object.defineProperties<Handle>(
    {
      refresh: (options) => handle.refresh(options),
      pause: () => handle.pause(),
      resume: () => handle.resume(),
      acceptRefused: (options) => handle.acceptRefused(options),
      get current() {
        return handle.current;
      },
      get status() {
        return handle.status;
      },
    },
    Object.getOwnPropertyDescriptors(replaced),
  );
}
