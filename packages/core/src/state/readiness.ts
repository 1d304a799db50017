import type { Provenance } from './status.ts';

/** What `ready()` is decided by. */
export interface ReadinessFacts {
  readonly hasValue: boolean;
  /** Of every source: what of it is in force, and whether a poll of it ever ended. */
  readonly sources: readonly { readonly from: Provenance; readonly settled: boolean }[];
  /** A cached document was confirmed so recently that nobody needs to wait for more. */
  readonly recent: boolean;
}

/** What a caller of `ready()` may be told now; undefined: it waits on. Pure. */
export function readiness(facts: ReadinessFacts, wanted: 'any' | 'origin'): Provenance | undefined {
  const { hasValue, sources, recent } = facts;
  if (!hasValue) return undefined;
  if (sources.every(({ from }) => from === 'origin')) return 'origin';
  if (wanted === 'origin') return undefined;
  const waited = recent || sources.every(({ settled, from }) => settled || from === 'origin');
  return waited ? lowest(facts) : undefined;
}

/** The lowest thing that the value still stands on. */
export function lowest({ sources }: ReadinessFacts): Provenance {
  if (sources.some(({ from }) => from === 'defaults')) return 'defaults';
  return sources.some(({ from }) => from === 'cache') ? 'cache' : 'origin';
}
