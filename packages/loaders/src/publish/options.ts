import { type Clock, type Path, systemClock } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { SECRETS } from '../http/options.ts';
import { type HttpLoaderOptions, type HttpPolicy, resolveHttpAs } from '../undici/options.ts';

/** Options of `httpPublisher`: where to, and as whom, as `httpLoader` has them. */
export interface HttpPublisherOptions extends Omit<
  HttpLoaderOptions,
  'redirects' | 'keepHeaders' | 'compression'
> {
  /** Longest time for one call, in milliseconds, 1 to 300 000. @default {30_000} */
  readonly timeoutMs?: number | undefined;
  /**
   * Paths of secrets: a conflict does not show what is there. `[]` shows everything.
   *
   * @default {everything is secret: a conflict shows paths only}
   */
  readonly secrets?: readonly (string | Path)[] | undefined;
  /** What time-outs go by. @default {the system's} */
  readonly clock?: Clock | undefined;
}

/** {@link HttpPublisherOptions} checked and taken apart. */
export interface PublisherPolicy {
  readonly http: HttpPolicy;
  readonly timeoutMs: number;
  readonly secrets: readonly Path[] | undefined;
  readonly clock: Clock;
}

/** @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolvePublisher(options: HttpPublisherOptions): PublisherPolicy {
  const check: OptionChecks = new OptionChecks('httpPublisher()', [...SECRETS, 'tls']);
  // not compressed, which would make tags weak
  const http: HttpPolicy = {
    ...resolveHttpAs(options, {
      check,
      options: ['timeoutMs', 'secrets', 'clock'],
      headers: {},
      without: ['redirects', 'keepHeaders', 'compression'],
    }),
    compression: false,
  };
  const { timeoutMs = 30_000, clock = systemClock } = options;
  check.range('timeoutMs', timeoutMs, 1, 300_000);
  check.methods('clock', clock, ['now', 'monotonic', 'setTimer']);
  if (http.headers.names.includes('content-type')) {
    const allowed = 'left to the publisher';
    throw check.fail('headers.content-type', allowed, undefined, 'a header of your own');
  }
  const secrets =
    options.secrets === undefined ? undefined : check.paths('secrets', options.secrets);
  return { http, timeoutMs, secrets, clock };
}
