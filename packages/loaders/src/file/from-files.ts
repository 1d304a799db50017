import type { Loader } from '@holdfast/core';
import { untilAborted } from '../internal/until-aborted.ts';
import { loadFiles } from './load-files.ts';
import type { FilePolicy } from './options.ts';
import { watchFiles } from './watch-files.ts';

/** A loader of files; `decode` says what their bytes mean, where they are not one file of JSON. */
export function fromFiles(policy: FilePolicy, decode: Loader['decode']): Loader {
  const { name, key, watch } = policy;
  return {
    name,
    key,
    async load(request) {
      request.signal.throwIfAborted();
      return untilAborted(loadFiles(policy, request), request.signal);
    },
    ...(watch && { watch: (request) => watchFiles(policy, request) }),
    // what is pushed as a value is the document: a file gives bytes
    ...(decode && {
      decode: (loaded, limits) =>
        loaded.raw instanceof Uint8Array ? decode(loaded, limits) : loaded.raw,
    }),
  };
}
