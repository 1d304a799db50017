import type { StandardSchemaV1 } from '@standard-schema/spec';
import { copyJson } from '../document/copy-json.ts';
import { seal } from '../document/seal.ts';
import { messageOf } from '../errors.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Limits } from '../ports/limits.ts';
import type { Loader } from '../ports/loader.ts';
import { MAX_WAIT_MS, OptionCheck } from './check.ts';
import type { DeepPartial } from './deep-partial.ts';
import { POLLING_PATHS, type PollingOptions } from './polling.ts';
import { resolveSources, type SourceOptions, type SourcePolicy } from './sources.ts';
import { resolveTerms, TERM_OPTIONS, type TermOptions, type Terms } from './terms.ts';

/** Options of `register` beside schema and defaults. */
export interface CommonConfigOptions extends TermOptions {
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
   * How long `ready()` waits for a value, in milliseconds, 1 to 2 147 483 647.
   * @default {polling.deadlineMs + 2_000}
   */
  readonly readyTimeoutMs?: number;
}

/** Options of `register` with a schema: any Standard Schema validator (zod, valibot, arktype, …). */
export interface ConfigOptions<S extends StandardSchemaV1> extends CommonConfigOptions {
  /** Gives the value its type and its checks. It must be pure: what did not change is not checked again. */
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

/** Options of `register` after defaults and checks. Not to be spread: what most of them share is on its prototype. */
export interface ConfigPolicy extends Terms {
  readonly name: string;
  readonly sources: readonly SourcePolicy[];
  readonly schema: StandardSchemaV1 | undefined;
  readonly defaults: JsonValue | undefined;
  readonly readyTimeoutMs: number;
}

const KNOWN = [
  'loader',
  'sources',
  'schema',
  'defaults',
  'polling',
  ...TERM_OPTIONS,
  'readyTimeoutMs',
] satisfies (keyof ConfigOptions<StandardSchemaV1>)[];

/** Any form of the options of `register`. */
export type AnyConfigOptions = CommonConfigOptions & {
  readonly schema?: unknown;
  readonly defaults?: unknown;
};

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveConfig(name: string, options: AnyConfigOptions): ConfigPolicy {
  new OptionCheck('register()').text('name', name);
  const check: OptionCheck = new OptionCheck(`config ${JSON.stringify(name)}`);
  check.object('options', options, KNOWN, POLLING_PATHS);
  const sources = resolveSources(options, check);
  const terms = resolveTerms(options, check);
  const { readyTimeoutMs = readyTimeoutOf(sources) } = options;
  check.range('readyTimeoutMs', readyTimeoutMs, 1, MAX_WAIT_MS);
  const own = {
    // ten thousand configs that leave all of them to the defaults share one object
    __proto__: terms,
    name,
    sources,
    schema: resolveSchema(options.schema, check),
    defaults: resolveDefaults(options.defaults, terms.limits, check),
    readyTimeoutMs,
  };
  return own as object as ConfigPolicy;
}

function readyTimeoutOf(sources: readonly SourcePolicy[]): number {
  const deadlineMs = Math.max(...sources.map(({ polling }) => polling.deadlineMs));
  return Math.min(deadlineMs + 2_000, MAX_WAIT_MS);
}

function resolveSchema(schema: unknown, check: OptionCheck): StandardSchemaV1 | undefined {
  if (schema === undefined) return undefined;
  if (isStandardSchema(schema)) return schema;
  throw check.fail('schema', 'a Standard Schema validator (zod, valibot, arktype, …)', schema);
}

/** Whether it is a validator of whatever make. */
export function isStandardSchema(schema: unknown): schema is StandardSchemaV1 {
  // arktype's schemas are functions
  const { '~standard': standard } = Object(schema) as Record<string, unknown>;
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
