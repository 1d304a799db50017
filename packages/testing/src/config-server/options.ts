import { MAX_WAIT_MS, OptionChecks } from '@holdfast/core/options';
import type { EtagKind } from './documents.ts';

/** What `configServer` can be told. */
export interface ConfigServerOptions {
  /** What is served at first, by path; see `ConfigServer.set`. @default {nothing} */
  readonly documents?: Readonly<Record<string, unknown>>;
  /** Entity tags, made from the bytes of a document: the same bytes have the same tag. @default {'strong'} */
  readonly etags?: EtagKind;
  /** Sends `Last-Modified`, the time at which a document was set, and answers `If-Modified-Since`. @default {false} */
  readonly lastModified?: boolean;
  /** Sends `Date`. @default {false} */
  readonly date?: boolean;
  /** Port to listen on, 0 to 65 535; 0 takes a free one. @default {0} */
  readonly port?: number;
  /** Whether the server lets its process exit while it listens. @default {false} */
  readonly unref?: boolean;
  /**
   * After how many idle milliseconds the server closes a kept connection, 0 to 2 147 483 647; 0 is never.
   * @default {5000}
   */
  readonly keepAliveTimeoutMs?: number;
  /** Key and certificate in PEM: serves HTTPS. @default {plain HTTP} */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Where times come from, in milliseconds since 1970. @default {the system clock} */
  readonly now?: () => number;
}

/** {@link ConfigServerOptions} after defaults and checks. */
export type ConfigServerPolicy = Required<Omit<ConfigServerOptions, 'tls'>> & {
  readonly tls: ConfigServerOptions['tls'] | undefined;
};

const KNOWN = [
  'documents',
  'etags',
  'lastModified',
  'date',
  'port',
  'unref',
  'keepAliveTimeoutMs',
  'tls',
  'now',
] satisfies (keyof ConfigServerOptions)[];

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveServer(options: ConfigServerOptions): ConfigServerPolicy {
  const check: OptionChecks = new OptionChecks('configServer()', ['tls']);
  check.object('options', options, KNOWN);
  const { etags = 'strong', lastModified = false, date = false, port = 0, unref = false } = options;
  // oxlint-disable-next-line no-restricted-properties -- the server's time is not the SDK's
  const { documents = {}, keepAliveTimeoutMs = 5_000, now = Date.now, tls } = options;
  check.record('documents', documents);
  check.oneOf('etags', etags, ['strong', 'weak', 'none'] satisfies EtagKind[]);
  check.flag('lastModified', lastModified);
  check.flag('date', date);
  check.count('port', port, 0, 65_535);
  check.flag('unref', unref);
  check.range('keepAliveTimeoutMs', keepAliveTimeoutMs, 0, MAX_WAIT_MS);
  check.callable('now', now);
  if (tls !== undefined) {
    check.object('tls', tls, ['key', 'cert']);
    check.text('tls.key', tls.key);
    check.text('tls.cert', tls.cert);
  }
  return { documents, etags, lastModified, date, port, unref, keepAliveTimeoutMs, tls, now };
}
