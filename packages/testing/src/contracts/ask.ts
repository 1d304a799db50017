import type {
  Clock,
  Limits,
  LoadRequest,
  LoadResult,
  Loaded,
  Loader,
  LoaderTime,
  Validator,
} from '@holdfast/core';
import { systemClock } from '@holdfast/core';
import { parseJson } from '@holdfast/core/json';
import { ensure, type Settled, settled, show } from './ensure.ts';
import type { LoaderHarness } from './loader-harness.ts';

/** The limits of the engine. */
export const LIMITS: Limits = Object.freeze({
  maxWireBytes: 16 * 2 ** 20,
  maxBytes: 32 * 2 ** 20,
  maxDepth: 64,
  maxKeys: 1_000_000,
});

/** Time as the engine hands it to loaders. */
export function timeOf(clock: Clock): LoaderTime {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const stop = (): void => {
          timer.cancel();
          reject(signal.reason as Error);
        };
        const timer = clock.setTimer(ms, () => {
          signal.removeEventListener('abort', stop);
          resolve();
        });
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      }),
  };
}

/** Real time, as the engine hands it to loaders. */
export const TIME: LoaderTime = Object.freeze(timeOf(systemClock));

/** A request as the engine makes one; frozen, since a loader only reads it. */
export function requestOf(request: Partial<LoadRequest> = {}): LoadRequest {
  const { signal = new AbortController().signal, known, ...rest } = request;
  const frozen = known === undefined ? {} : { known: Object.freeze({ ...known }) };
  return Object.freeze({ signal, time: TIME, limits: LIMITS, ...rest, ...frozen });
}

/** One load, however it settles; `undefined` when it does not. */
export function ask(
  { loader, patienceMs }: Pick<LoaderHarness, 'loader' | 'patienceMs'>,
  request: Partial<LoadRequest> = {},
): Promise<Settled<LoadResult> | undefined> {
  return settled(() => loader.load(requestOf(request)), patienceMs);
}

/** One load that must answer. */
export async function answer(
  harness: Pick<LoaderHarness, 'loader' | 'patienceMs'>,
  request: Partial<LoadRequest> = {},
): Promise<LoadResult> {
  const how = await ask(harness, request);
  ensure(how !== undefined, 'a load that does not settle');
  ensure(how.ok, how.ok ? '' : `a load that rejects with ${show(how.error)}`);
  return how.value;
}

/** One load that must bring a document. */
export async function document(
  harness: Pick<LoaderHarness, 'loader' | 'patienceMs'>,
  known?: Validator,
): Promise<Loaded> {
  const result = await answer(harness, { known });
  ensure(result.kind === 'loaded', `the answer "${result.kind}"`);
  return result;
}

/** The JSON value of a document, as the engine comes by it. */
export async function valueOf(loader: Loader, loaded: Loaded): Promise<unknown> {
  const { raw } = loaded;
  const how = await settled(() => {
    if (loader.decode) return loader.decode(loaded, LIMITS);
    return raw instanceof Uint8Array ? parseJson(raw) : raw;
  });
  ensure(how !== undefined, 'a decode() that does not settle');
  ensure(how.ok, how.ok ? '' : `a document that cannot be decoded: ${show(how.error)}`);
  return how.value;
}
