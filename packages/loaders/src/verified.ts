import type { Loaded, Loader, LoadRequest, LoadResult, Path, WatchRequest } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { around } from './internal/around.ts';
import { checkLoader } from './internal/check-loader.ts';
import { checkOptions } from './internal/check-options.ts';
import { Guard, judgeLoaded, throwUntrusted } from './verified/guard.ts';
import type { Proof } from './verified/proof.ts';

export { detached } from './verified/detached.ts';
export type { DetachedOptions } from './verified/detached.ts';
export type { Proof, Proven, SideRequest } from './verified/proof.ts';
export type { PublicJwk, PublicKey } from './verified/algorithm.ts';
export type { SignaturePlace } from './verified/signature-place.ts';
export type { KeySource, TrustedKeys } from './verified/trusted-keys.ts';

/** Options of {@link verified}. */
export interface VerifiedOptions {
  /** How documents prove where they come from, such as `detached({ keys, signature })`. */
  readonly by: Proof;
  /**
   * Where in the document its version is: a whole number that grows with each edit. Then an older one than that in force is
   * refused (rollback), and so is another one with the same number.
   *
   * @default {none}
   */
  readonly version?: string | Path | undefined;
  /**
   * Where in the document is until when it may be used: a date and time of RFC 3339, or seconds since 1970. Then the origin
   * has to come with a newer one in time (freeze).
   *
   * @default {none}
   */
  readonly expires?: string | Path | undefined;
}

/**
 * Takes nothing but signed documents from `loader`: what is loaded, what is pushed, and what lies in a cache.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function verified(loader: Loader, options: VerifiedOptions): Loader {
  const check: OptionChecks = new OptionChecks('verified()', ['loader', 'by']);
  checkLoader(check, 'loader', loader);
  const known = ['by', 'version', 'expires'];
  checkOptions(check, options, { example: '{ by }', known });
  const { by, version, expires } = options;
  check.methods('by', by, ['prove']);
  const guard = new Guard(loader, by, {
    version: version === undefined ? undefined : check.path('version', version),
    expires: expires === undefined ? undefined : check.path('expires', expires),
  });
  const parts = { loader, by, guard };
  return around(loader, {
    load: (request) => load(parts, request),
    decode: (loaded, limits, held) => guard.judge(loaded, { limits, held }),
    ...(loader.watch && { watch: (request) => loader.watch!(vetting(parts, request)) }),
    async close() {
      await Promise.all([loader.close?.(), by.close?.()]);
    },
  });
}

interface Parts {
  readonly loader: Loader;
  readonly by: Proof;
  readonly guard: Guard;
}

async function load(parts: Parts, request: LoadRequest): Promise<LoadResult> {
  const { loader, guard } = parts;
  const { name } = loader;
  const { limits, held, deadlineMs } = request;
  const at = request.time.now();
  const began = request.time.monotonic();
  const fault = held && (await guard.faultOf(held, { limits, at }));
  const result = await loader.load({
    ...request,
    // that nothing has changed would not help: the same document may have a better signature by now
    known: fault === undefined ? request.known : undefined,
    // what it loads is no document yet where its proof lies beside it
    asked: parts.by.collect ? undefined : request.asked,
  });
  if (result.kind === 'absent') return result;
  if (result.kind === 'unchanged') {
    throwUntrusted(name, fault);
    return result;
  }
  const loaded = await collected(parts, result, {
    ...request,
    deadlineMs: deadlineMs && Math.max(1, began + deadlineMs - request.time.monotonic()),
  });
  await judgeLoaded(guard, { name, loaded, standard: { limits, held, at } });
  return { ...loaded, kind: 'loaded' };
}

async function collected(
  { loader, by }: Parts,
  loaded: Loaded,
  request: LoadRequest,
): Promise<Loaded> {
  try {
    return by.collect ? await by.collect(loaded, request) : loaded;
  } catch (error) {
    request.signal.throwIfAborted();
    throwUntrusted(loader.name, error);
    throw error;
  }
}

/**
 * Documents that are offered are judged before the engine hears of them, one at a time, and of those that wait only the
 * newest; it judges them again beside what it holds by then. Of one that is not good enough, only that something happened
 * is told, and so of one whose proof lies beside it: the engine asks the origin, within its bounds, for both.
 */
function vetting({ loader, by, guard }: Parts, request: WatchRequest): WatchRequest {
  const { limits, time } = request;
  let newest: { readonly loaded: Loaded; readonly at: number } | undefined;
  let busy = false;
  const vet = async (): Promise<void> => {
    busy = true;
    while (newest) {
      const { loaded, at } = newest;
      newest = undefined;
      try {
        // oxlint-disable-next-line no-await-in-loop -- in the order in which they came
        await judgeLoaded(guard, { name: loader.name, loaded, standard: { limits, at } });
        request.offer(loaded);
      } catch {
        request.changed();
      }
    }
    busy = false;
  };
  return {
    signal: request.signal,
    time,
    limits,
    known: () => request.known(),
    connected: () => request.connected(),
    changed: () => request.changed(),
    offer: (loaded) => {
      if (by.collect) return request.changed();
      newest = { loaded, at: time.now() };
      if (!busy) void vet();
    },
  };
}
