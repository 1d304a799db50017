import { kindOf } from '../document/kind.ts';
import type { Loader } from '../ports/loader.ts';
import type { OptionCheck } from './check.ts';
import { type PollingOptions, type PollingPolicy, resolvePolling } from './polling.ts';

/** One place that a config's document comes from. */
export interface SourceOptions {
  /** Shown in status and events; unique in its config. @default {the name of the loader} */
  readonly name?: string;
  /** Reads the document. */
  readonly loader: Loader;
  /** How often it is read. @default {the config's `polling`} */
  readonly polling?: PollingOptions;
}

/** One source after defaults and checks. */
export interface SourcePolicy {
  readonly name: string;
  readonly loader: Loader;
  readonly polling: PollingPolicy;
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
  if (!Array.isArray(sources) || sources.length !== 1) {
    throw check.fail('sources', 'a list of exactly one source', sources);
  }
  const whole = resolvePolling(polling, check, 'polling');
  return (sources as readonly SourceOptions[]).map((source, i) => {
    const at = options.loader ? '' : `sources[${i}].`;
    if (at) check.object(`sources[${i}]`, source, ['name', 'loader', 'polling']);
    // of a text its kind alone: it may be a URL with a credential
    if (Object(source.loader) !== source.loader || typeof source.loader === 'function') {
      const allowed =
        'a loader, such as httpLoader({ url }) makes; functionLoader(…) makes one of a function';
      throw check.fail(`${at}loader`, allowed, source.loader, kindOf(source.loader));
    }
    check.methods(`${at}loader`, source.loader, ['load']);
    check.text(`${at}loader.name`, source.loader.name);
    check.text(`${at}loader.key`, source.loader.key);
    const { name = source.loader.name } = source;
    check.text(`${at}name`, name);
    const own = source.polling;
    const policy = own === undefined ? whole : resolvePolling(own, check, `${at}polling`);
    return { name, loader: source.loader, polling: policy };
  });
}
