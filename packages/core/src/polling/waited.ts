import type { ManagerContext } from '../cycle/context.ts';
import type { HoldfastError } from '../errors.ts';
import { wallTime } from '../lazy-base.ts';
import type { Outcome } from '../outcome.ts';
import { afterPoll } from '../schedule/after-poll.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Health } from '../state/health.ts';
import type { Waiting } from '../state/waiting.ts';

/** A config whose sources gave documents that wait. */
export interface WaitingConfig {
  readonly context: Pick<ManagerContext, 'clock'>;
  readonly state: ConfigState;
  readonly sources: readonly { readonly index: number; health: Health }[];
}

/**
 * Within a commit: where the last answer of a source was a document that waited, and something else became of it without
 * another answer, the health of the source says so. It is as old as that answer.
 */
export function followWaited(config: WaitingConfig, before: ConfigState): void {
  const { clock } = config.context;
  for (const source of config.sources) {
    const { index, health } = source;
    const note = health.lastFailure;
    // there was another answer since
    if (note === undefined || note.error !== errorOf(before.waiting[index])) continue;
    const outcome = becameOf(config, index, before);
    const wall = clock.now();
    const times = { now: clock.monotonic(), wall, ageMs: wall - note.at };
    if (outcome && 'error' in outcome)
      source.health = { ...health, lastFailure: { ...note, error: outcome.error } };
    // the machine may have slept since
    else if (outcome)
      source.health = { ...afterPoll(health, outcome, times), doubted: health.doubted };
  }
}

/** How it ended with the answer of a source that was against it: what it gave may have come in with another one's. */
export function endOf(
  outcome: Outcome,
  config: WaitingConfig,
  { index, before }: { readonly index: number; readonly before: ConfigState },
): Outcome {
  if (outcome.kind !== 'refused' && outcome.kind !== 'vetoed') return outcome;
  if (config.sources[index]!.health.lastFailure?.error === outcome.error) return outcome;
  return becameOf(config, index, before) ?? { kind: 'unchanged' };
}

/** What became of the document that a source gave since `before`; undefined where it is neither in force nor waits. */
function becameOf(
  { context: { clock }, state }: WaitingConfig,
  index: number,
  before: ConfigState,
): Outcome | undefined {
  const waiting = state.waiting[index];
  switch (waiting?.kind) {
    case 'kept':
      return { kind: 'refused', error: waiting.error };
    case 'vetoed':
      return { kind: 'vetoed', error: waiting.error };
    case 'held':
      return { kind: 'held', until: wallTime(clock, waiting.dueAt) };
    case 'barred':
      return { kind: 'held' };
    case undefined:
  }
  if (state.inputs.documents[index] === before.inputs.documents[index]) return undefined;
  const { version = 0 } = state.snapshot ?? {};
  return { kind: 'accepted', version, changed: version !== (before.snapshot?.version ?? 0) };
}

function errorOf(waiting: Waiting | undefined): HoldfastError | undefined {
  return waiting && 'error' in waiting ? waiting.error : undefined;
}
