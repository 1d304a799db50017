import type { Loader } from '@holdfast/core';
import { MAX_WAIT_MS, OptionChecks } from '@holdfast/core/options';
import {
  checkLoaders,
  closeAll,
  decodeOf,
  endpointsOf,
  identityOf,
  type SeveralOptions,
} from './combine/several.ts';
import { Race } from './hedged/race.ts';

/** Options of {@link hedged}. */
export interface HedgedOptions extends SeveralOptions {
  /** How long the answer of one is waited for before the next is asked, too, in milliseconds, 0 to 2 147 483 647. @default {1_000} */
  readonly afterMs?: number | undefined;
}

/**
 * One loader of several that give the same document, and are asked one beside the other: the second when the first has not
 * answered for a while, or has failed. It takes whichever document comes first; the others are aborted.
 *
 * It is for a slow request now and then, at the cost of a second one; for endpoints that are down for longer,
 * `firstOf` is better, since it remembers which one works.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function hedged(loaders: readonly Loader[], options: HedgedOptions = {}): Loader {
  const check: OptionChecks = new OptionChecks('hedged()', ['key', 'loaders']);
  if (!Array.isArray(loaders) || loaders.length < 2)
    throw check.fail(
      'loaders',
      'a list of at least two loaders',
      loaders,
      Array.isArray(loaders) ? `a list of ${loaders.length}` : undefined,
    );
  const list: readonly Loader[] = loaders;
  checkLoaders(check, list);
  check.object('options', options, ['name', 'key', 'afterMs'] satisfies (keyof HedgedOptions)[]);
  const { afterMs = 1_000 } = options;
  check.range('afterMs', afterMs, 0, MAX_WAIT_MS);
  const identity = identityOf(check, options, { kind: 'hedged', loaders: list });
  const endpoints = endpointsOf(list);
  const { decode } = decodeOf(endpoints);
  const watched = endpoints.find(({ loader }) => loader.watch !== undefined);
  return {
    ...identity,
    async load(request) {
      request.signal.throwIfAborted();
      return new Race(endpoints, request, { name: identity.name, afterMs, decode }).run();
    },
    ...(watched && { watch: (request) => watched.watch(request) }),
    ...(decode && { decode }),
    close: () => closeAll(list),
  };
}
