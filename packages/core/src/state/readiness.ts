import type { Provenance } from './status.ts';

/** A source, as `ready()` sees it. */
export interface SourceReadiness {
  /** What of it is in force. */
  readonly from: Provenance;
  /** Whether a poll of it ever ended. */
  readonly settled: boolean;
  /** The config cannot do without it. */
  readonly required: boolean;
}

/** What `ready()` is decided by. */
export interface ReadinessFacts {
  readonly hasValue: boolean;
  readonly sources: readonly SourceReadiness[];
  /** A cached document was confirmed so recently that nobody needs to wait for more. */
  readonly recent: boolean;
}

/**
 * What a caller of `ready()` may be told now; undefined: it waits on. Optional sources are waited for once, never
 * required. Pure.
 */
export function readiness(facts: ReadinessFacts, wanted: 'any' | 'origin'): Provenance | undefined {
  const { hasValue, sources, recent } = facts;
  if (!hasValue) return undefined;
  const waited = recent || sources.every(({ settled, from }) => settled || from === 'origin');
  const confirmed = sources.every(({ required, from }) => !required || from === 'origin');
  return waited && (confirmed || wanted === 'any') ? lowest(sources) : undefined;
}

/** The lowest thing that the value still stands on; an optional source counts while it holds a document. */
export function lowest(sources: readonly Omit<SourceReadiness, 'settled'>[]): Provenance {
  const from = sources.filter((source) => source.required || source.from !== 'defaults');
  if (from.length === 0 || from.some((source) => source.from === 'defaults')) return 'defaults';
  return from.some((source) => source.from === 'cache') ? 'cache' : 'origin';
}
