import type { Held, Limits, Loaded, Loader } from '@holdfast/core';
import { MAX_NAME_LENGTH, type OptionChecks } from '@holdfast/core/options';
import { checkLoader } from '../internal/check-loader.ts';
import { decodeWith } from '../internal/decode-with.ts';
import { printed } from '../internal/printed.ts';
import { Endpoint } from './endpoint.ts';

/** Options that all who make one loader of several have. */
export interface SeveralOptions {
  /** Shown in status, events and errors. @default {made of the names of the loaders} */
  readonly name?: string | undefined;
  /** What selects the document; a cached document is bound to it. @default {made of the keys of the loaders} */
  readonly key?: string | undefined;
}

/** Checks a list of loaders. @throws {HoldfastError} `INVALID_OPTIONS` */
export function checkLoaders(check: OptionChecks, loaders: readonly Loader[]): void {
  for (const [i, loader] of loaders.entries()) checkLoader(check, `loaders[${i}]`, loader);
}

/** One endpoint for each loader; those of one key are told apart by their order. */
export function endpointsOf(loaders: readonly Loader[]): readonly Endpoint[] {
  return loaders.map((loader, i) => {
    const nth = loaders.slice(0, i).filter(({ key }) => key === loader.key).length;
    return new Endpoint(loader, JSON.stringify([loader.key, nth]));
  });
}

/** What one loader of several says of itself. @throws {HoldfastError} `INVALID_OPTIONS` */
export function identityOf(
  check: OptionChecks,
  { name, key }: SeveralOptions,
  { kind, loaders }: { readonly kind: string; readonly loaders: readonly Loader[] },
): Pick<Loader, 'name' | 'key' | 'warnings' | 'addressed'> {
  if (name !== undefined) check.name('name', name);
  if (key !== undefined) check.text('key', key);
  const names = `${kind} ${loaders.map((loader) => loader.name).join(', ')}`;
  const keys = JSON.stringify([kind, ...loaders.map((loader) => loader.key)]);
  const warnings = loaders.flatMap((loader) => loader.warnings ?? []);
  return {
    ...printed,
    name: name ?? names.slice(0, MAX_NAME_LENGTH),
    key: key ?? keys,
    ...(warnings.length > 0 && { warnings: [...new Set(warnings)] }),
    ...(loaders.every(({ addressed }) => addressed) && { addressed: true }),
  };
}

/**
 * How a document of one of several is decoded: by the one that it came from. One without a mark, as where there is no
 * WebCrypto, is decoded by the first.
 */
export function decodeOf(endpoints: readonly Endpoint[]): Pick<Loader, 'decode'> {
  if (!endpoints.some(({ loader }) => loader.decode !== undefined)) return {};
  const decode = async (loaded: Loaded, limits: Limits, held?: Held): Promise<unknown> => {
    let by = endpoints[0]!;
    for (const endpoint of endpoints) if (await endpoint.owns(loaded)) by = endpoint;
    const rest = { limits, held: await by.heldFor(held, decode) };
    return decodeWith(by.loader, await by.unmarked(loaded), rest);
  };
  return { decode };
}

/** Closes all of them; the first failure is told when all have settled. */
export async function closeAll(loaders: readonly Loader[]): Promise<void> {
  const closed = await Promise.allSettled(loaders.map(async (loader) => loader.close?.()));
  const failed = closed.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
