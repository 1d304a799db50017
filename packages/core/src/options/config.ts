import type { StandardSchemaV1 } from '@standard-schema/spec';
import { copyJson } from '../document/copy-json.ts';
import type { Path } from '../document/path.ts';
import { seal } from '../document/seal.ts';
import { messageOf } from '../errors.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Limits } from '../ports/limits.ts';
import type { Loader } from '../ports/loader.ts';
import { MAX_WAIT_MS, OptionCheck } from './check.ts';
import type { DeepPartial } from './deep-partial.ts';
import { type FieldRules, resolveFields } from './fields.ts';
import { type HistoryOptions, type HistoryPolicy, resolveHistory } from './history.ts';
import { resolveLimits } from './limits.ts';
import type { PollingOptions } from './polling.ts';
import { resolveVersions, type VersionOptions, type VersionPolicy } from './versions.ts';
import { resolveSources, type SourceOptions, type SourcePolicy } from './sources.ts';

/** Options of `register` beside schema and defaults. */
export interface CommonConfigOptions extends VersionOptions {
  /** Reads the document. The short form of `sources` with one source. */
  readonly loader?: Loader;
  /**
   * Where the documents come from, lowest first: objects merge key by key, arrays and `null` replace. The merged result
   * is what the schema is given.
   */
  readonly sources?: readonly SourceOptions[];
  /** How often the source is read. */
  readonly polling?: PollingOptions;
  /**
   * Nothing is loaded before somebody asks: the first `ready()`, `refresh()` or read of the value begins it. The read
   * itself does not wait. @default {false}
   */
  readonly lazy?: boolean;
  /** How many changes may be applied. Surplus ones wait; the newest is applied when the window opens. `false`: any number. */
  readonly updates?: UpdateOptions | false;
  /** What no document may go beyond. */
  readonly limits?: Partial<Limits>;
  /**
   * Refuses a document that loses more than this share of its keys, 0 to 1, when it had at least sixteen; `1` allows
   * everything. See `acceptRefused`. @default {0.5}
   */
  readonly maxRemoved?: number;
  /** Dotted paths whose changes alone are no change: `['generatedAt']`. @default {[]} */
  readonly ignore?: readonly (string | Path)[];
  /**
   * Dotted paths that hold secrets, in the document and in the value: no error, event, log line or diff shows what is
   * there, and the cache keeps it encrypted or not at all. `*` stands for any key or index. `current` shows it: what
   * `secret()` of `@holdfast/core/zod` marks is hidden there, too. @default {[]}
   */
  readonly secrets?: readonly (string | Path)[];
  /**
   * Dotted paths of documents whose changes wait for a restart: they are listed in `status.pendingRestart`, the rest of
   * the document applies. `*` stands for every key or index. @default {[]}
   */
  readonly restartOnly?: readonly (string | Path)[];
  /** The opposite: only what is at these paths may change while the process runs. @default {everything} */
  readonly dynamicOnly?: readonly (string | Path)[];
  /** Versions that are kept for `rollback()`. */
  readonly history?: HistoryOptions;
  /** Names of the participants that take part in changes; the others are attached, but not asked. @default {all} */
  readonly participants?: readonly string[];
  /** Property that identifies the items of arrays in `changes`; without it arrays compare by index. @default {none} */
  readonly arrayKey?: string;
  /**
   * Time for an asynchronous schema, and for a loader's asynchronous `decode`, in milliseconds, 1 to 2 147 483 647.
   * @default {1_000}
   */
  readonly validateTimeoutMs?: number;
  /**
   * How long `ready()` waits for a value, in milliseconds, 1 to 2 147 483 647.
   * @default {polling.deadlineMs + 2_000}
   */
  readonly readyTimeoutMs?: number;
  /** Failures and refusals in a row until the status is `fallback`, 1 or more. @default {5} */
  readonly fallbackAfter?: number;
  /**
   * Without a confirmation by the source for so long, the status is `expired`, in milliseconds, 1 or more.
   * @default {86_400_000}
   */
  readonly maxStaleMs?: number;
}

/** See {@link CommonConfigOptions.updates}. */
export interface UpdateOptions {
  /** Changes within one window, 1 or more. @default {10} */
  readonly max?: number;
  /** Length of the sliding window, in milliseconds, 1 to 2 147 483 647. @default {60_000} */
  readonly windowMs?: number;
}

/** Options of `register` with a schema: any Standard Schema validator (zod, valibot, arktype, …). */
export interface ConfigOptions<S extends StandardSchemaV1> extends CommonConfigOptions {
  /** Gives the value its type and its checks. It must be pure: a document that did not change is not checked again. */
  readonly schema: S;
  /** The lowest layer: served until something better arrives, and below whatever arrives. JSON. */
  readonly defaults?: DeepPartial<StandardSchemaV1.InferInput<S>>;
}

/** Options of `register` without a schema: the value is JSON, of the type that the caller claims. */
export interface UntypedConfigOptions<T> extends CommonConfigOptions {
  /** None. */
  readonly schema?: undefined;
  /** The lowest layer: served until something better arrives, and below whatever arrives. JSON. */
  readonly defaults?: DeepPartial<NoInfer<T>>;
}

/** Options of `register` after defaults and checks. */
export interface ConfigPolicy extends FieldRules {
  readonly name: string;
  readonly sources: readonly SourcePolicy[];
  readonly schema: StandardSchemaV1 | undefined;
  readonly defaults: JsonValue | undefined;
  readonly lazy: boolean;
  readonly updates: { readonly max: number; readonly windowMs: number } | undefined;
  readonly limits: Limits;
  readonly maxRemoved: number;
  readonly versions: VersionPolicy;
  readonly ignore: readonly Path[];
  readonly history: HistoryPolicy;
  readonly participants: readonly string[] | undefined;
  readonly arrayKey: string | undefined;
  readonly validateTimeoutMs: number;
  readonly readyTimeoutMs: number;
  readonly fallbackAfter: number;
  readonly maxStaleMs: number;
}

const KNOWN = [
  'loader',
  'sources',
  'schema',
  'defaults',
  'polling',
  'lazy',
  'updates',
  'limits',
  'maxRemoved',
  'accepts',
  'migrations',
  'monotonic',
  'ignore',
  'secrets',
  'restartOnly',
  'dynamicOnly',
  'history',
  'participants',
  'arrayKey',
  'validateTimeoutMs',
  'readyTimeoutMs',
  'fallbackAfter',
  'maxStaleMs',
] satisfies (keyof ConfigOptions<StandardSchemaV1>)[];

/** Shared by all configs that leave them to the defaults. */
const DEFAULT_UPDATES = { max: 10, windowMs: 60_000 } as const;

/** Any form of the options of `register`. */
export type AnyConfigOptions = CommonConfigOptions & {
  readonly schema?: unknown;
  readonly defaults?: unknown;
};

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveConfig(name: string, options: AnyConfigOptions): ConfigPolicy {
  if (typeof name !== 'string' || name === '') {
    throw new OptionCheck('register()').fail('name', 'a text that is not empty', name);
  }
  const check: OptionCheck = new OptionCheck(`config ${JSON.stringify(name)}`);
  check.object('options', options, KNOWN);
  const sources = resolveSources(options, check);
  const limits = resolveLimits(options.limits, check);
  const { arrayKey, lazy = false, participants } = options;
  if (typeof lazy !== 'boolean') throw check.fail('lazy', 'true or false', lazy);
  if (arrayKey !== undefined) check.text('arrayKey', arrayKey);
  if (participants !== undefined) check.texts('participants', participants);
  const { secrets, restartOnly, dynamicOnly } = resolveFields(options, check);
  const numbers = resolveNumbers(options, sources, check);
  // one literal, since what is spread into an object takes more room
  return {
    name,
    sources,
    schema: resolveSchema(options.schema, check),
    defaults: resolveDefaults(options.defaults, limits, check),
    lazy,
    updates: resolveUpdates(options.updates, check),
    limits,
    versions: resolveVersions(options, check),
    ignore: check.paths('ignore', options.ignore),
    secrets,
    restartOnly,
    dynamicOnly,
    history: resolveHistory(options.history, check),
    participants,
    arrayKey,
    maxRemoved: numbers.maxRemoved,
    validateTimeoutMs: numbers.validateTimeoutMs,
    readyTimeoutMs: numbers.readyTimeoutMs,
    fallbackAfter: numbers.fallbackAfter,
    maxStaleMs: numbers.maxStaleMs,
  };
}

function resolveNumbers(
  options: AnyConfigOptions,
  sources: readonly SourcePolicy[],
  check: OptionCheck,
) {
  const deadlineMs = Math.max(...sources.map(({ polling }) => polling.deadlineMs));
  const {
    maxRemoved = 0.5,
    validateTimeoutMs = 1_000,
    readyTimeoutMs = Math.min(deadlineMs + 2_000, MAX_WAIT_MS),
    fallbackAfter = 5,
    maxStaleMs = 86_400_000,
  } = options;
  check.range('maxRemoved', maxRemoved, 0, 1);
  check.range('validateTimeoutMs', validateTimeoutMs, 1, MAX_WAIT_MS);
  check.range('readyTimeoutMs', readyTimeoutMs, 1, MAX_WAIT_MS);
  check.count('fallbackAfter', fallbackAfter, 1);
  check.range('maxStaleMs', maxStaleMs, 1, Number.MAX_SAFE_INTEGER);
  return { maxRemoved, validateTimeoutMs, readyTimeoutMs, fallbackAfter, maxStaleMs };
}

function resolveSchema(schema: unknown, check: OptionCheck): StandardSchemaV1 | undefined {
  if (schema === undefined) return undefined;
  if (isStandardSchema(schema)) return schema;
  throw check.fail('schema', 'a Standard Schema validator (zod, valibot, arktype, …)', schema);
}

/** Whether it is a validator of whatever make. */
export function isStandardSchema(schema: unknown): schema is StandardSchemaV1 {
  // arktype's schemas are functions
  const standard: unknown = Reflect.get(Object(schema) as object, '~standard');
  const { version, validate } = Object(standard) as Record<string, unknown>;
  return version === 1 && typeof validate === 'function';
}

function resolveDefaults(
  defaults: unknown,
  limits: Limits,
  check: OptionCheck,
): JsonValue | undefined {
  if (defaults === undefined) return undefined;
  try {
    return seal(copyJson(defaults), undefined, limits);
  } catch (error) {
    throw check.fail('defaults', `JSON (it ${messageOf(error)})`, defaults);
  }
}

function resolveUpdates(updates: UpdateOptions | false | undefined, check: OptionCheck) {
  if (updates === false) return undefined;
  if (updates === undefined) return DEFAULT_UPDATES;
  check.object('updates', updates, ['max', 'windowMs']);
  const { max = DEFAULT_UPDATES.max, windowMs = DEFAULT_UPDATES.windowMs } = updates;
  check.count('updates.max', max, 1);
  check.range('updates.windowMs', windowMs, 1, MAX_WAIT_MS);
  return { max, windowMs };
}
