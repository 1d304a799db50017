import type { OptionChecks } from '@holdfast/core/options';
import { type ConnectionOptions, NOT_OF_CONNECTIONS } from '../push/options.ts';
import { type HttpPolicy, resolveHttpAs } from '../undici/options.ts';

/** Options of `longPolling`: those of the connection are as those of `httpLoader`. */
export interface LongPollingOptions extends ConnectionOptions {
  /**
   * How the server knows what was seen. `index`: as Consul, by `?index=` and the header `X-Consul-Index`. `etag`: by
   * `If-None-Match`, and 304 says that nothing changed.
   * @default {'index'}
   */
  readonly by?: 'index' | 'etag' | undefined;
  /**
   * How long the server may keep a request waiting, told as `?wait=60s`: in milliseconds, 1 000 to 600 000, rounded up to
   * whole seconds. An answer that is a sixteenth of it and 10 s late counts as lost.
   * @default {60_000}
   */
  readonly waitMs?: number | undefined;
}

/** {@link LongPollingOptions} checked and taken apart. */
export interface LongPollingPolicy extends HttpPolicy {
  readonly by: 'index' | 'etag';
  readonly waitMs: number;
}

const OPTIONS: readonly (keyof LongPollingOptions)[] = ['by', 'waitMs'];

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveLongPolling(
  options: LongPollingOptions,
  check: OptionChecks,
): LongPollingPolicy {
  const http = resolveHttpAs(options, {
    check,
    options: OPTIONS,
    headers: { 'cache-control': 'no-store' },
    without: NOT_OF_CONNECTIONS,
  });
  const { by = 'index', waitMs = 60_000 } = options;
  check.oneOf('by', by, ['index', 'etag']);
  check.range('waitMs', waitMs, 1_000, 600_000);
  return { ...http, by, waitMs };
}
