import { backoffWait } from '../lazy-base.ts';
import type { HoldfastError } from '../errors.ts';
import type { Outcome } from '../outcome.ts';
import type { Decision } from '../state/proposal.ts';
import type { Waiting } from '../state/waiting.ts';
import type { Vetoed } from './apply.ts';
import type { Draft } from './draft.ts';
import type { CycleTools } from './tools.ts';

/** Why it is vetoed, and with what that was found out. */
interface Vetoing {
  readonly veto: Vetoed;
  readonly tools: CycleTools;
}

/** What becomes of a decision that a participant would not have: of what was not taken it is as it would have been. */
export function vetoed(
  draft: Draft,
  decision: Decision,
  { veto: { error, diverged }, tools }: Vetoing,
): Decision {
  decision.reload!.failed(error);
  const outcome: Outcome = { kind: 'vetoed', error };
  const instead = (other: Outcome): Outcome => (other.kind === 'accepted' ? outcome : other);
  // what was kept over a restart waits for the next document; nobody is there who would set it again
  const kept = tools.trigger === 'cache' && tools.proposal.kind === 'inputs';
  const all = [...new Set([...(draft.before.diverged ?? []), ...diverged])];
  return {
    outcome: instead(decision.outcome),
    reload: decision.reload!,
    ...(decision.outcomes && { outcomes: decision.outcomes.map(instead) }),
    next: {
      waiting: waitingAgain(draft, error, tools),
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
): readonly (Waiting | undefined)[] {
  const { before, taken } = draft;
  const those = taken.flatMap(({ source, document }) => {
    const vetoes = vetoesOf(before.waiting[source]) + 1;
    return document ? { source, document, vetoes } : [];
  });
  const waits = those.map(({ source, vetoes }) => waitMs(source, vetoes, tools));
  const dueAt = tools.context.clock.monotonic() + Math.max(...waits);
  for (const { source, document, vetoes } of those)
    draft.wait(source, { kind: 'vetoed', document, error, vetoes, dueAt });
  return draft.waiting;
}

/** In a row so far. */
function vetoesOf(waiting: Waiting | undefined): number {
  return waiting?.kind === 'vetoed' ? waiting.vetoes : 0;
}

function waitMs(source: number, vetoes: number, { policy, context }: CycleTools): number {
  const { minIntervalMs, intervalMs, backoffMaxMs } = policy.sources[source]!.polling;
  const backoff = { minMs: minIntervalMs, baseMs: intervalMs, maxMs: backoffMaxMs };
  return backoffWait(backoff, vetoes, context.random());
}
