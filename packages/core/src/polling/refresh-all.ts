import type { Outcome } from '../outcome.ts';
import { counted, isInvalidated } from '../lazy-base.ts';
import type { SourceFacts } from '../state/status.ts';
import { endOf, type WaitingConfig } from './waited.ts';

/** What matters most to whoever asked for a refresh comes first. */
const BY_WEIGHT: readonly Outcome['kind'][] = [
  'failed',
  'refused',
  'vetoed',
  'held',
  'accepted',
  'unchanged',
];

/** A config whose sources can be asked. */
interface RefreshedConfig extends WaitingConfig {
  readonly sources: readonly (WaitingConfig['sources'][number] & {
    refresh(withinMs: number): Promise<Outcome>;
  })[];
  factsOf(index: number): SourceFacts;
}

/** Asks all sources, unless each that counts was confirmed in less than `ifOlderThanMs`, and nothing is doubted. */
export async function refreshAll(config: RefreshedConfig, ifOlderThanMs: number): Promise<Outcome> {
  const { sources, state: before, context } = config;
  const withinMs = sources.some(isInvalidated) ? 0 : ifOlderThanMs;
  const since = context.clock.monotonic() - withinMs;
  const facts = counted(sources.map(({ index }) => config.factsOf(index)));
  if (facts.every(({ health: { confirmedAt = -Infinity } }) => confirmedAt > since))
    return { kind: 'unchanged' };
  const outcomes = await Promise.all(sources.map((source) => source.refresh(withinMs)));
  if (sources.length === 1) return outcomes[0]!;
  return combined(outcomes.map((outcome, index) => endOf(outcome, config, { index, before })));
}

/** The outcome of several sources: of the one that went worst, else of one that brought a change. */
export function combined(outcomes: readonly Outcome[]): Outcome {
  return outcomes.toSorted((a, b) => weight(a) - weight(b))[0]!;
}

function weight(outcome: Outcome): number {
  return (
    BY_WEIGHT.indexOf(outcome.kind) + (outcome.kind === 'accepted' && !outcome.changed ? 0.5 : 0)
  );
}
