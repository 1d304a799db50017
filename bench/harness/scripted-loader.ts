import type { Loader, LoadResult } from '@holdfast/core';

/** A loader that costs next to nothing: what is left is the engine. */
export interface ScriptedLoader extends Loader {
  /** What the next loads give. */
  next: Promise<LoadResult>;
}

/** A loader that gives `raw` until it is told otherwise. */
export function scriptedLoader(raw: Uint8Array): ScriptedLoader {
  return {
    name: 'scripted',
    key: 'scripted',
    next: loaded(raw),
    load() {
      return this.next;
    },
  };
}

/** The answer of a source that sends `raw`. */
export function loaded(raw: Uint8Array): Promise<LoadResult> {
  return Promise.resolve({ kind: 'loaded', raw });
}

/** Bytes of their own, aligned, as a loader hands them over. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(new TextEncoder().encode(text));
}
