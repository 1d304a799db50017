import type { Limits, Loaded, Loader } from '@holdfast/core';
import { parseJson } from '@holdfast/core/json';

/** The JSON value of a document that `loader` loaded, as the engine comes by it. */
export function decodeWith(loader: Loader, loaded: Loaded, limits: Limits): unknown {
  if (loader.decode) return loader.decode(loaded, limits);
  return loaded.raw instanceof Uint8Array ? parseJson(loaded.raw) : loaded.raw;
}
