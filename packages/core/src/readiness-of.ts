import type { Config } from './config.ts';
import { provenanceOf } from './lazy-base.ts';
import type { SourceReadiness } from './state/readiness.ts';

/** Each source of a config, as `ready()` sees it. Before it is made it is settled where its code could not be loaded. */
export function readinessOf(config: Config): readonly SourceReadiness[] {
  return config.policy.sources.map((_, index) => {
    const facts = config.factsOf(index);
    const { settled = facts.health.troubles > 0 } = config.sources[index] ?? {};
    return { from: provenanceOf(facts), settled, required: facts.required };
  });
}
