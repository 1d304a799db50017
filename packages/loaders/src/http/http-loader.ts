import type { Loader } from '@holdfast/core';

/** What the loaders over HTTP give. */
export interface HttpLoader extends Loader {
  /** What is legal but dangerous in the options, for people: a credential over plain http, for one. */
  readonly warnings: readonly string[];
}
