import type { JsonValue, OverrideOptions, Path } from '@holdfast/core';
import { kindOf, MAX_WAIT_MS, type OptionChecks } from '@holdfast/core/options';
import { checkSilence, type ConnectionOptions, NOT_OF_CONNECTIONS } from '../push/options.ts';
import { type HttpPolicy, resolveHttpAs } from '../undici/options.ts';

/** Options of `webSocketMessages`: those of the connection are as those of `httpLoader`, but for the `url` and the `name`. */
export interface WebSocketOptions extends Omit<ConnectionOptions, 'url' | 'name'> {
  /** Where the server is: `ws:` or `wss:`. User-info in it is sent as basic credentials, and shown nowhere. */
  readonly url: string | URL;
  /** Of the connection, in its errors. @default {'ws <host>/<path>', without the query} */
  readonly name?: string | undefined;
  /**
   * Name that the server knows the config by: told at the start; messages about others are passed over. Without it, those
   * that name a config bring no document, only a poll, and override nothing.
   * @default {none}
   */
  readonly config?: string | undefined;
  /** Sent when the connection stands; `false` for nothing. @default {{ type: 'register', config_name: config }} */
  readonly register?: SocketMessage | false | undefined;
  /**
   * Whether `update_config` brings a document, which is checked like a loaded one, in force at once, and confirmed by a
   * poll. Otherwise it only says that there is one.
   * @default {false}
   */
  readonly acceptDocuments?: boolean | undefined;
  /** Lets `set_feature` and `set_log_level` lay something over the documents. @default {they are refused} */
  readonly overrides?: SocketOverrideOptions | undefined;
  /**
   * A connection that says nothing for so long is ended and begun again: in milliseconds, 1 000 to 2 147 483 647. The
   * server is asked for a sign of life once it was quiet for a third of it.
   * @default {60_000}
   */
  readonly silenceMs?: number | undefined;
  /**
   * What asks for a sign of life; any message is one, and so is a ping of the protocol. `false`: the server says something
   * by itself.
   * @default {{ type: 'ping' }}
   */
  readonly ping?: SocketMessage | false | undefined;
}

/** A message of one's own: JSON. */
export type SocketMessage = Readonly<Record<string, JsonValue>>;

/** What the server may lay over the documents. */
export interface SocketOverrideOptions {
  /** The config: `() => app`. A function, since a loader is made before its config. */
  readonly target: () => OverrideTarget;
  /** The only paths that may be set, dotted or in array form: `['features.search', 'logLevel']`. */
  readonly paths: readonly (string | Path)[];
  /** Longest time that one lasts, and the time of those that name none, in milliseconds, 1 to 2 147 483 647. @default {3_600_000} */
  readonly ttlMs?: number | undefined;
  /** Object that `set_feature` sets a key of. @default {'features'} */
  readonly featuresAt?: string | Path | undefined;
  /** What `set_log_level` sets. @default {'logLevel'} */
  readonly logLevelAt?: string | Path | undefined;
}

/** What is overridden: a handle of a config is one. */
export interface OverrideTarget {
  /** Lays a patch over the documents; gives what takes it away. */
  override(patch: never, options: OverrideOptions): Promise<{ clear(): Promise<unknown> }>;
}

/** {@link SocketOverrideOptions} checked and filled in. */
interface SocketOverridePolicy {
  readonly target: () => OverrideTarget;
  /** As {@link pathId} writes them. */
  readonly allowed: ReadonlySet<string>;
  readonly ttlMs: number;
  readonly featuresAt: Path;
  readonly logLevelAt: Path;
}

/** {@link WebSocketOptions} checked and filled in. */
export interface SocketPolicy extends HttpPolicy {
  /** Of the server, without user-info. */
  readonly url: string;
  readonly config: string | undefined;
  /** As text; undefined for nothing. */
  readonly register: string | undefined;
  readonly acceptDocuments: boolean;
  readonly overrides: SocketOverridePolicy | undefined;
  readonly silenceMs: number;
  /** As text; undefined for nothing. */
  readonly ping: string | undefined;
}

const OPTIONS: readonly (keyof WebSocketOptions)[] = [
  'config',
  'register',
  'acceptDocuments',
  'overrides',
  'silenceMs',
  'ping',
];
const OVERRIDES: readonly (keyof SocketOverrideOptions)[] = [
  'target',
  'paths',
  'ttlMs',
  'featuresAt',
  'logLevelAt',
];

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveWebSocket(options: WebSocketOptions, check: OptionChecks): SocketPolicy {
  const http = resolveHttpAs(overHttp(options, check), {
    check,
    options: OPTIONS,
    headers: {},
    urls: 'a ws: or wss: URL',
    without: NOT_OF_CONNECTIONS,
  });
  const { config, acceptDocuments = false, silenceMs = 60_000 } = options;
  if (config !== undefined) check.name('config', config);
  check.flag('acceptDocuments', acceptDocuments);
  checkSilence(check, silenceMs);
  const { register = { type: 'register', ...(config !== undefined && { config_name: config }) } } =
    options;
  const { ping = { type: 'ping' }, overrides } = options;
  return {
    ...http,
    name: options.name ?? http.name.replace(/^http/, 'ws'),
    url: http.target.href.replace(/^http/, 'ws'),
    config,
    register: messageOf('register', register, check),
    acceptDocuments,
    overrides: overrides === undefined ? undefined : resolveOverrides(overrides, check),
    silenceMs,
    ping: messageOf('ping', ping, check),
  };
}

/** A WebSocket begins as a request over HTTP: its URL is read as the one of that. */
function overHttp(options: WebSocketOptions, check: OptionChecks): WebSocketOptions {
  const { url } = (options ?? {}) as Partial<WebSocketOptions>;
  const text = url instanceof URL ? url.href : url;
  if (text === undefined) return options;
  if (typeof text !== 'string' || !/^wss?:\/\//i.test(text))
    throw check.fail('url', 'a ws: or wss: URL without blanks', url, kindOf(url));
  return { ...options, url: text.replace(/^ws/i, 'http') };
}

function messageOf(option: string, message: unknown, check: OptionChecks): string | undefined {
  if (message === false) return undefined;
  check.record(option, message);
  try {
    return JSON.stringify(message);
  } catch {
    // a bigint, or a circle
    throw check.fail(option, 'JSON', message, kindOf(message));
  }
}

function resolveOverrides(
  options: SocketOverrideOptions,
  check: OptionChecks,
): SocketOverridePolicy {
  check.object('overrides', options, OVERRIDES);
  const { target, paths, ttlMs = 3_600_000 } = options;
  const { featuresAt = 'features', logLevelAt = 'logLevel' } = options;
  if (paths === undefined)
    throw check.fail('overrides.paths', 'a list of paths, dotted or in array form', paths);
  const allowed = check.paths('overrides.paths', paths);
  check.callable('overrides.target', target);
  check.range('overrides.ttlMs', ttlMs, 1, MAX_WAIT_MS);
  return {
    target,
    allowed: new Set(allowed.map(pathId)),
    ttlMs,
    featuresAt: onePath('overrides.featuresAt', featuresAt, check),
    logLevelAt: onePath('overrides.logLevelAt', logLevelAt, check),
  };
}

function onePath(option: string, path: string | Path, check: OptionChecks): Path {
  try {
    return check.paths(option, [path])[0]!;
  } catch {
    throw check.fail(option, 'a path, dotted or in array form', path);
  }
}

/** Tells paths apart: `a.b` in one key from `b` in `a`. */
export function pathId(path: Path): string {
  return JSON.stringify(path.map(String));
}
