import { fetchLoader } from '../fetch.ts';
import { httpLoader } from '../http.ts';
import type { HttpLoader } from './http-loader.ts';
import type { CommonOptions } from './options.ts';

/** Every loader over HTTP, by name: what HTTP means is tested of each. */
export const LOADERS: readonly (readonly [string, (options: CommonOptions) => HttpLoader])[] = [
  ['httpLoader', httpLoader],
  ['fetchLoader', fetchLoader],
];
