import type { Loaded, Loader, LoadRequest } from '@holdfast/core';
import { parseJson } from '@holdfast/core/json';

/** The JSON value of a document that `loader` loaded, as the engine comes by it. */
export function decodeWith(
  loader: Loader,
  loaded: Loaded,
  { limits, held }: Pick<LoadRequest, 'limits' | 'held'>,
): unknown {
  if (loader.decode) return loader.decode(loaded, limits, held);
  return loaded.raw instanceof Uint8Array ? parseJson(loaded.raw) : loaded.raw;
}
