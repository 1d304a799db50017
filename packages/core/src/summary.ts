import { type Status, type StatusState, worstOf } from './state/status.ts';

/** How it goes with all configs together. It holds no values, so that there is nothing in it to be kept secret. */
export interface ManagerSummary {
  /** When it was made: wall-clock time in milliseconds. */
  readonly at: number;
  /** The worst one. */
  readonly state: StatusState;
  /** All configs in numbers. */
  readonly totals: SummaryTotals;
  /** In order of registration. */
  readonly configs: readonly Status[];
}

/** All configs in numbers. */
export interface SummaryTotals {
  /** How many there are. */
  readonly configs: number;
  /** How many configs are in which state; those that none is in are left out. */
  readonly states: { readonly [K in StatusState]?: number };
  /** How many they have together. */
  readonly sources: number;
  /** Sources whose last document failed a check or was vetoed. */
  readonly refused: number;
  /** Sources of which a document waits: for the limit of updates, a participant, or an operator. */
  readonly held: number;
  /** Overrides that are laid over documents. */
  readonly overrides: number;
  /** Configs that are pinned. */
  readonly pinned: number;
  /** What is to be mended: sources that failed or were refused since their last success, participants that diverged. */
  readonly problems: number;
}

/** All that is said of several configs; pure. `closed`: so is their manager. */
export function summaryOf(
  configs: readonly Status[],
  { at, closed }: { readonly at: number; readonly closed: boolean },
): ManagerSummary {
  const states: { [K in StatusState]?: number } = {};
  const totals = { sources: 0, refused: 0, held: 0, overrides: 0, pinned: 0, problems: 0 };
  for (const { state, overrides, pinned, diverged, sources } of configs) {
    states[state] = (states[state] ?? 0) + 1;
    totals.overrides += overrides;
    totals.pinned += Number(!!pinned);
    totals.problems += diverged.length;
    for (const { validation, waiting, lastFailure } of sources) {
      totals.sources++;
      totals.refused += Number(validation === 'refused');
      totals.held += Number(!!waiting);
      totals.problems += Number(!!lastFailure);
    }
  }
  const state = closed ? 'closed' : worstOf(configs.map((config) => config.state));
  return { at, state, totals: { configs: configs.length, states, ...totals }, configs };
}
