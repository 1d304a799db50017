import type { Config } from './config.ts';
import { lowest } from './cycle/readiness.ts';
import { provenanceOf } from './state/status.ts';

/** What is served now, for people: `serving version 3 from the cache`. */
export function describeServed(config: Config): string {
  const { snapshot } = config;
  if (snapshot === undefined) return 'there is no value to serve';
  const sources = config.sources.map((source) => ({
    from: provenanceOf(config.factsOf(source)),
    settled: source.settled,
  }));
  const from = lowest({ hasValue: true, recent: false, sources });
  const place = { origin: 'the origin', cache: 'the cache', defaults: 'the defaults' }[from];
  return `serving version ${snapshot.version} from ${place}`;
}

/** When the next poll is, for people: `next try in 84 s (backoff)`. */
export function describeNext(config: Config): string {
  if (config.closed) return 'closed';
  if (config.paused) return 'paused';
  const next = config.sources[0]?.next;
  if (next === undefined) return 'a try is under way';
  const ms = Math.max(0, next.at - config.context.clock.now());
  return `next try in ${Math.round(ms / 100) / 10} s (${next.because})`;
}
