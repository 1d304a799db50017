import type { Loaded, Loader, LoadRequest, LoadResult, Path, WatchRequest } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { around } from './internal/around.ts';
import { checkLoader } from './internal/check-loader.ts';
import { checkOptions } from './internal/check-options.ts';
import { Guard, judgeLoaded, throwUntrusted } from './verified/guard.ts';
import type { Proof } from './verified/proof.ts';
import { vetting } from './verified/vetting.ts';

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
    ...(loader.watch && { watch: (request) => loader.watch!(watching(parts, request)) }),
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

/** Of a document whose proof lies beside it, only that something happened is told: the engine asks the origin for both. */
function watching({ loader, by, guard }: Parts, request: WatchRequest): WatchRequest {
  if (by.collect) return { ...request, offer: () => request.changed() };
  return vetting({ name: loader.name, guard }, request);
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
