import {
  type Held,
  HoldfastError,
  isHoldfastError,
  type JsonValue,
  type Limits,
  type Loaded,
  type Loader,
  type LoadResult,
  type Path,
  type WatchRequest,
} from '@holdfast/core';
import { copyJson, strictJson } from '@holdfast/core/json';
import { OptionChecks } from '@holdfast/core/options';
import { around } from './internal/around.ts';
import { checkLoader } from './internal/check-loader.ts';
import { decodeWith } from './internal/decode-with.ts';
import { pickPaths, planRenames, type Rename, renamePaths } from './mapped/reshape.ts';

/** Makes another document of a document: pure and synchronous. What it gets is frozen. */
export type Transform = (document: JsonValue) => JsonValue;

/** Options of {@link mapped}. They are done in this order: pick, rename, transform. */
export interface MappedOptions {
  /**
   * The paths that are kept, each at its place; what is not there is passed over. An array is kept as a whole.
   * @default {everything}
   */
  readonly pick?: readonly (string | Path)[] | undefined;
  /**
   * New paths by old ones, dotted: `{ 'log.lvl': 'log.level' }`. What is not there is passed over, and an object that is
   * left empty goes, too. @default {{}}
   */
  readonly rename?: Readonly<Record<string, string>> | undefined;
  /** Does what the others cannot. @default {none} */
  readonly transform?: Transform | undefined;
  /** Of the mapping, for errors. @default {the name of the function, or 'mapping'} */
  readonly name?: string | undefined;
}

/** {@link MappedOptions} checked and taken apart. */
interface Mapping {
  readonly name: string;
  readonly pick: readonly Path[];
  readonly rename: readonly Rename[];
  readonly transform: Transform | undefined;
}

/**
 * Gives the documents of a loader another form before anything else looks at them. What comes out is judged as any
 * document is. Name, key and validators stay those of the loader; the cache holds what was loaded, so that a new mapping
 * counts from the next start on.
 *
 * A mapping that throws refuses the document. The error names the mapping and not what was thrown, which may quote a
 * secret; throw a `HoldfastError` to have its message shown.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function mapped(loader: Loader, transform: Transform): Loader;
export function mapped(loader: Loader, options: MappedOptions): Loader;
export function mapped(loader: Loader, given: Transform | MappedOptions): Loader {
  const check: OptionChecks = new OptionChecks('mapped()', ['loader']);
  checkLoader(check, 'loader', loader);
  const mapping = resolveMapping(typeof given === 'function' ? { transform: given } : given, check);
  return around(loader, {
    // what the schema leaves out of what is made is no variable that is misspelt
    addressed: false,
    async load(request): Promise<LoadResult> {
      const result = await loader.load({ ...request, held: unmapped(request.held) });
      return result?.kind === 'loaded' ? asBytes(loader, result, request.limits) : result;
    },
    async decode(loaded, limits, held) {
      const decoded = strictJson(
        await decodeWith(loader, loaded, { limits, held: unmapped(held) }),
        limits,
      );
      return map(mapping, decoded, limits);
    },
    ...(loader.watch && {
      watch: (request: WatchRequest) =>
        loader.watch!({
          ...request,
          offer: (loaded) => request.offer(asBytes(loader, loaded, request.limits)),
        }),
    }),
  });
}

function resolveMapping(options: MappedOptions, check: OptionChecks): Mapping {
  check.object('options', options, [
    'pick',
    'rename',
    'transform',
    'name',
  ] satisfies (keyof MappedOptions)[]);
  const { pick, rename = {}, transform } = options;
  const paths = check.paths('pick', pick);
  check.record('rename', rename);
  const renames = planRenames(rename, check);
  if (transform !== undefined) check.callable('transform', transform);
  const { name = transform?.name || 'mapping' } = options;
  check.name('name', name);
  if (pick === undefined && renames.length === 0 && transform === undefined)
    throw check.fail(
      'options',
      'a function, or an object: { pick, rename, transform }',
      options,
      'an object that has none of them',
    );
  return { name, pick: paths, rename: renames, transform };
}

/** The cache keeps what was loaded as bytes: a value would be stored as it is after the mapping, and be mapped again. */
function asBytes<T extends Loaded>(loader: Loader, loaded: T, limits: Limits): T {
  if (loaded.raw instanceof Uint8Array || loader.decode) return loaded;
  try {
    const text = JSON.stringify(strictJson(loaded.raw, limits));
    return { ...loaded, raw: new TextEncoder().encode(text) };
  } catch {
    // to be refused when it is decoded
    return loaded;
  }
}

/** What is held, for the loader: what another one makes of it is of the form that it has after the mapping. */
function unmapped(held: Held | undefined): Held | undefined {
  return held?.decode ? { ...held, decode: undefined } : held;
}

function map(
  { name, pick, rename, transform }: Mapping,
  document: JsonValue,
  limits: Limits,
): JsonValue {
  try {
    const picked = pick.length > 0 ? pickPaths(document, pick) : document;
    const renamed = renamePaths(picked, rename);
    return transform ? asJson(transform(renamed), limits) : renamed;
  } catch (thrown) {
    const by = `cannot be mapped by ${JSON.stringify(name)}`;
    if (isHoldfastError(thrown)) throw new HoldfastError(thrown.code, `${by}: ${thrown.message}`);
    const kind = thrown instanceof Error ? thrown.name : typeof thrown;
    const what = /^\w{1,64}$/.test(kind) ? kind : 'an error';
    throw new HoldfastError(
      'DECODE_FAILED',
      `${by}: it threw ${what}, which may quote the document`,
    );
  }
}

/** What a transform gave, as JSON: the engine would blame the loader for what is none. */
function asJson(made: unknown, { maxKeys }: Limits): JsonValue {
  // a promise that rejects later harms nobody
  if (made instanceof Promise) made.catch(() => {});
  try {
    return copyJson(made, maxKeys);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    throw new HoldfastError(error.code, `what it gave ${error.message}`);
  }
}
