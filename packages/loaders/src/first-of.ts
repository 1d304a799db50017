import type { Held, Limits, Loaded, LoadRequest, Loader, WatchRequest } from '@holdfast/core';
import { MAX_WAIT_MS, OptionChecks } from '@holdfast/core/options';
import { checkLoader } from './internal/check-loader.ts';
import { randomNumber } from './internal/random-number.ts';
import { withoutMark } from './combine/endpoint.ts';
import {
  checkLoaders,
  closeAll,
  decodeOf,
  endpointsOf,
  identityOf,
  type SeveralOptions,
} from './combine/several.ts';
import { type EndpointSource, Failover, type FailoverOptions } from './first-of/failover.ts';
import { SrvEndpoints, type SrvTarget } from './first-of/srv-endpoints.ts';
import type { SrvRecord } from './first-of/srv-order.ts';

export type { SrvTarget } from './first-of/srv-endpoints.ts';
export type { SrvRecord } from './first-of/srv-order.ts';

/** Options of {@link firstOf}. */
export interface FirstOfOptions extends SeveralOptions {
  /**
   * How long an endpoint that failed is asked only after the others, in milliseconds, 1 to 86 400 000. By chance up to
   * half as long again, and twice as long after each further failure, up to 16 times; forgotten when it then works for
   * as long.
   *
   * @default {60_000}
   */
  readonly returnAfterMs?: number | undefined;
  /** Gives numbers from 0 to 1, for tests. @default {the platform's `crypto`} */
  readonly random?: (() => number) | undefined;
}

/** Options of {@link firstOf} where DNS names the endpoints. */
export interface FirstOfSrvOptions extends FirstOfOptions {
  /** Name of SRV records, such as `_config._tcp.example.com`. Instead of a list of loaders. */
  readonly srv: string;
  /**
   * Makes the loader of one endpoint, from its host and port. It is called once at construction, for
   * `{ host: 'srv.invalid', port: 443 }`, to see what these loaders can do.
   */
  readonly loader: (target: SrvTarget) => Loader;
  /**
   * How long an answer of DNS counts, in milliseconds, 1 to 2 147 483 647. It is asked again, too, when no endpoint gave the document.
   * @default {60_000}
   */
  readonly resolveAfterMs?: number | undefined;
  /** Asks DNS. @default {`resolveSrv` of `node:dns/promises`} */
  readonly resolve?: ((name: string) => Promise<readonly SrvRecord[]>) | undefined;
}

const KNOWN = ['name', 'key', 'returnAfterMs', 'random'] satisfies (keyof FirstOfOptions)[];
const KNOWN_SRV = [
  'srv',
  'loader',
  'resolveAfterMs',
  'resolve',
] satisfies (keyof FirstOfSrvOptions)[];
const DAY_MS = 86_400_000;

/**
 * One loader of several that give the same document, and are asked one after the other: the first, and the next ones when
 * it fails. It stays with the one that works for a while, and then returns to the first.
 *
 * Each endpoint gets an equal share of what is left of the deadline, its own validators alone, and a health of its own.
 * The error of a load that none answered names each endpoint and why it failed. The document is absent only where every
 * endpoint says so.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function firstOf(loaders: readonly Loader[], options?: FirstOfOptions): Loader;
export function firstOf(options: FirstOfSrvOptions): Loader;
export function firstOf(
  first: readonly Loader[] | FirstOfSrvOptions,
  options: FirstOfOptions = {},
): Loader {
  const check: OptionChecks = new OptionChecks('firstOf()', ['key', 'loaders']);
  if (!Array.isArray(first)) return ofSrv(first as FirstOfSrvOptions, check);
  const loaders: readonly Loader[] = first;
  if (loaders.length === 0) {
    throw check.fail('options', 'a list of at least one loader, or { srv, loader }', loaders);
  }
  checkLoaders(check, loaders);
  check.object('options', options, KNOWN);
  const terms = termsOf(check, options);
  const endpoints = endpointsOf(loaders);
  const identity = identityOf(check, options, { kind: 'first of', loaders });
  const source = {
    list: async () => endpoints,
    allFailed: () => {},
    close: () => closeAll(loaders),
  };
  const { decode } = decodeOf(endpoints);
  return {
    ...identity,
    ...failoverOf(source, { ...terms, name: identity.name, decode }, loaders),
    ...(decode && { decode }),
  };
}

function ofSrv(options: FirstOfSrvOptions, check: OptionChecks): Loader {
  const isLoader = typeof (options as Partial<Loader> | undefined)?.load === 'function';
  if (isLoader || typeof options !== 'object' || options === null) {
    const allowed = 'a list of loaders, firstOf([a, b]), or { srv, loader }';
    throw check.fail('options', allowed, options, isLoader ? 'a loader' : undefined);
  }
  check.object('options', options, [...KNOWN, ...KNOWN_SRV]);
  const terms = termsOf(check, options);
  const { srv, loader, resolve = resolveSrv, resolveAfterMs = 60_000 } = options;
  check.text('srv', srv);
  check.callable('loader', loader);
  check.callable('resolve', resolve);
  check.range('resolveAfterMs', resolveAfterMs, 1, MAX_WAIT_MS);
  const sample = loader({ host: 'srv.invalid', port: 443 });
  checkLoader(check, 'loader()', sample);
  const loaders = [sample];
  const { name = `first of srv ${srv}`, key = JSON.stringify(['first of srv', srv, sample.key]) } =
    options;
  const identity = identityOf(check, { name, key }, { kind: 'srv', loaders });
  const { random } = terms;
  const source = new SrvEndpoints({ srv, loader, resolve, resolveAfterMs, random });
  // the loaders differ in host and port alone: any of them decodes what another one loaded
  const decode =
    sample.decode &&
    ((loaded: Loaded, limits: Limits, held?: Held) =>
      sample.decode!(withoutMark(loaded), limits, held && withoutMark(held)));
  return {
    ...identity,
    ...failoverOf(source, { ...terms, name, decode }, loaders),
    ...(decode && { decode }),
  };
}

/** @throws {HoldfastError} `INVALID_OPTIONS` */
function termsOf(
  check: OptionChecks,
  options: FirstOfOptions,
): Omit<FailoverOptions, 'name' | 'decode'> {
  const { returnAfterMs = 60_000, random = randomNumber } = options;
  check.range('returnAfterMs', returnAfterMs, 1, DAY_MS);
  check.callable('random', random);
  return { returnAfterMs, random };
}

/** @param loaders Those that are there from the start, which tell whether there is something to watch. */
function failoverOf(
  source: EndpointSource,
  options: FailoverOptions,
  loaders: readonly Loader[],
): Pick<Loader, 'load' | 'watch' | 'close'> {
  const failover = new Failover(source, options);
  return {
    load: (request: LoadRequest) => failover.load(request),
    ...(loaders.some((loader) => loader.watch !== undefined) && {
      watch: (request: WatchRequest) => failover.watch(request),
    }),
    close: () => failover.close(),
  };
}

async function resolveSrv(name: string): Promise<readonly SrvRecord[]> {
  // its names are those of the first import: they do not follow `dns.setServers()`, the object does
  const { default: dns } = await import('node:dns/promises');
  return dns.resolveSrv(name);
}
