import type { Outcome } from '../outcome.ts';
import type { ConfigState } from '../state/config-state.ts';
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

/** How a refresh of all sources ended that began with `before`. */
export function refreshed(
  config: WaitingConfig,
  before: ConfigState,
  outcomes: readonly Outcome[],
): Outcome {
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
