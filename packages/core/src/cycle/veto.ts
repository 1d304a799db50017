import { backoffWait } from '../lazy-base.ts';
import type { HoldfastError } from '../errors.ts';
import type { Outcome } from '../outcome.ts';
import type { Decision } from '../state/proposal.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Waiting } from '../state/waiting.ts';
import type { Vetoed } from './apply.ts';
import type { Candidate, Draft } from './draft.ts';
import type { CycleTools } from './tools.ts';

/** Why it is vetoed, or refused at the last moment, and with what that was found out. */
interface Vetoing {
  readonly veto: Vetoed;
  readonly tools: CycleTools;
}

/**
 * What becomes of a decision that a participant, or a rule that came late, would not have: of what was not taken it is
 * as it would have been.
 */
export function vetoed(
  draft: Draft,
  decision: Decision,
  { veto: { error, diverged }, tools }: Vetoing,
): Decision {
  decision.reload!.failed(error);
  const outcome: Outcome = { kind: error.code === 'VETOED' ? 'vetoed' : 'refused', error };
  const instead = (other: Outcome): Outcome => (other.kind === 'accepted' ? outcome : other);
  // what was kept over a restart waits for the next document; nobody is there who would set it again
  const kept = tools.trigger === 'cache' && tools.proposal.kind === 'inputs';
  const all = [...new Set([...(draft.before.diverged ?? []), ...diverged])];
  return {
    outcome: instead(decision.outcome),
    reload: decision.reload!,
    ...(decision.outcomes && { outcomes: decision.outcomes.map(instead) }),
    next: {
      ...waitingAgain(draft, error, tools),
      ...(kept && { inputs: draft.inputs }),
      ...(all.length > 0 && { diverged: all }),
    },
  };
}

/** The documents that were taken wait: what was one change is one again, when the longest of their waits is over. */
function waitingAgain(
  draft: Draft,
  error: HoldfastError,
  tools: CycleTools,
): Pick<ConfigState, 'waiting' | 'cached'> {
  const { before, taken } = draft;
  // it was not taken: what was in force before the restart is still to be again
  for (const { source } of taken) draft.wait({ source, cached: true }, before.cached[source]);
  const those = taken.flatMap((candidate) => {
    const vetoes = vetoesOf(before, candidate) + 1;
    return candidate.document ? { candidate, document: candidate.document, vetoes } : [];
  });
  // rules are asked about each document alone, too: at once
  const waits = those.map(({ candidate, vetoes }) =>
    error.code === 'VETOED' ? waitMs(candidate.source, vetoes, tools) : 0,
  );
  const dueAt = tools.context.clock.monotonic() + Math.max(...waits);
  for (const { candidate, document, vetoes } of those)
    draft.wait(candidate, { kind: 'vetoed', document, error, vetoes, dueAt });
  return { waiting: draft.waiting, cached: draft.cached };
}

/** In a row so far. */
function vetoesOf(before: ConfigState, { source, cached }: Candidate): number {
  const waiting: Waiting | undefined = before[cached ? 'cached' : 'waiting'][source];
  return waiting?.kind === 'vetoed' ? waiting.vetoes : 0;
}

function waitMs(source: number, vetoes: number, { policy, context }: CycleTools): number {
  return backoffWait(policy.sources[source]!.polling, vetoes, context.random());
}
