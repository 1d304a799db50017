import { kindOf } from '../document/kind.ts';
import type { Loader } from '../ports/loader.ts';
import type { OptionCheck } from './check.ts';
import {
  POLLING_PATHS,
  type PollingOptions,
  type PollingPolicy,
  resolvePolling,
} from './polling.ts';

/** One place that a config's document comes from. */
export interface SourceOptions {
  /** Shown in status and events; unique in its config. @default {the name of the loader} */
  readonly name?: string;
  /** Reads the document. */
  readonly loader: Loader;
  /** How often it is read. @default {the config's `polling`} */
  readonly polling?: PollingOptions;
  /**
   * The config can do without it: its absence is an empty layer. `ready()` waits for its first poll alone, and the status does
   * not count it while it has no document.
   * @default {false}
   */
  readonly optional?: boolean;
  /**
   * What it means that an optional source has no document any more: `keep` the last one, which is a slow failure, or
   * `empty` the layer. @default {'keep'}
   */
  readonly whenAbsent?: 'keep' | 'empty';
}

/** One source after defaults and checks. */
export interface SourcePolicy {
  readonly name: string;
  readonly loader: Loader;
  readonly polling: PollingPolicy;
  readonly optional: boolean;
  readonly whenAbsent: 'keep' | 'empty';
}

/** The options of `register` that say where documents come from. */
export interface SourcesOptions {
  readonly loader?: Loader;
  readonly sources?: readonly SourceOptions[];
  readonly polling?: PollingOptions;
}

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveSources(
  options: SourcesOptions,
  check: OptionCheck,
): readonly SourcePolicy[] {
  const { loader, sources = loader ? [{ loader }] : undefined, polling = {} } = options;
  if (sources === undefined) throw check.fail('loader', 'a loader (or give "sources")', loader);
  if (options.loader && options.sources) {
    throw check.fail('sources', 'left out when "loader" is given', options.sources);
  }
  if (!Array.isArray(sources) || sources.length === 0) {
    throw check.fail('sources', 'a list of at least one source', sources);
  }
  const whole = resolvePolling(polling, check, 'polling');
  const resolved = (sources as readonly SourceOptions[]).map((source, i) => {
    const at = options.loader ? '' : `sources[${i}].`;
    if (at) check.object(`sources[${i}]`, source, KNOWN, POLLING_PATHS);
    return resolveSource(source, { check, at, whole });
  });
  for (const [i, { name }] of resolved.entries()) {
    const first = resolved.findIndex((other) => other.name === name);
    if (first < i) throw check.fail(`sources[${i}].name`, 'one that no other source has', name);
  }
  return resolved;
}

const KNOWN = [
  'name',
  'loader',
  'polling',
  'optional',
  'whenAbsent',
] satisfies (keyof SourceOptions)[];

function resolveSource(
  source: SourceOptions,
  { check, at, whole }: { check: OptionCheck; at: string; whole: PollingPolicy },
): SourcePolicy {
  // of a text its kind alone: it may be a URL with a credential
  if (Object(source.loader) !== source.loader || typeof source.loader === 'function') {
    const allowed = 'a loader: httpLoader({ url }) makes one, functionLoader(…) one of a function';
    throw check.fail(`${at}loader`, allowed, source.loader, kindOf(source.loader));
  }
  check.methods(`${at}loader`, source.loader, ['load']);
  check.text(`${at}loader.name`, source.loader.name);
  check.text(`${at}loader.key`, source.loader.key);
  const { name = source.loader.name, optional = false, whenAbsent = 'keep' } = source;
  check.text(`${at}name`, name);
  check.flag(`${at}optional`, optional);
  if (whenAbsent !== 'keep' && !(whenAbsent === 'empty' && optional)) {
    throw check.fail(`${at}whenAbsent`, '"keep", or "empty" for an optional source', whenAbsent);
  }
  const own = source.polling;
  const policy = own === undefined ? whole : resolvePolling(own, check, `${at}polling`);
  return { name, loader: source.loader, polling: policy, optional, whenAbsent };
}
