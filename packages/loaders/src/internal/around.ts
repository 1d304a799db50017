import type { Loader } from '@holdfast/core';
import { printed } from './printed.ts';

/** A loader that lies around `loader`, with `other` members in the place of its own: all that is not among them is handed on. */
export function around(loader: Loader, other: Partial<Loader>): Loader {
  return {
    ...printed,
    name: loader.name,
    key: loader.key,
    origin: loader.origin,
    ...(loader.warnings && { warnings: loader.warnings }),
    ...(loader.addressed && { addressed: loader.addressed }),
    load: (...given) => loader.load(...given),
    ...(loader.watch && { watch: (...given) => loader.watch!(...given) }),
    ...(loader.decode && { decode: (...given) => loader.decode!(...given) }),
    ...(loader.close && { close: (...given) => loader.close!(...given) }),
    ...other,
  };
}
