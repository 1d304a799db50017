import { LazyDetails } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { Outcome, Trigger } from '../outcome.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Decision, Proposal, ReloadNotes } from '../state/proposal.ts';
import type { Comparer, ValueChange } from '../state/change-details.ts';
import type { ManagerContext } from './context.ts';

/** The config that an event is about. */
interface EventSubject extends Comparer {
  readonly policy: ConfigPolicy;
  readonly context: ManagerContext;
  readonly state: ConfigState;
}

/** Tells of what came of a proposal: another value in force, a document that was refused or held. */
export function notify(
  subject: EventSubject,
  proposal: Proposal,
  { decision, change }: { readonly decision: Decision; readonly change: ValueChange | undefined },
): void {
  const { outcome, outcomes, reload } = decision;
  if (change) tellChanged(subject, { change, proposal, reload });
  if (proposal.kind === 'loaded') {
    for (const [i, { source }] of proposal.arrivals.entries())
      tellOutcome(subject, {
        source,
        trigger: proposal.trigger,
        outcome: outcomes?.[i] ?? outcome,
      });
  } else if (proposal.kind === 'waiting') {
    for (const [i, source] of proposal.sources.entries())
      tellOutcome(subject, {
        source,
        trigger: proposal.trigger,
        outcome: outcomes?.[i] ?? outcome,
      });
  }
}

/** `changes` is computed when somebody reads it. */
function tellChanged(
  subject: EventSubject,
  {
    change,
    proposal,
    reload,
  }: { change: ValueChange; proposal: Proposal; reload?: ReloadNotes | undefined },
): void {
  const { policy, context } = subject;
  const { version, trigger } = change;
  const { by, reason } = 'by' in proposal ? proposal : {};
  context.events.emit('config.changed', policy.name, () => {
    const details = new LazyDetails(change, subject);
    return {
      version,
      trigger,
      by,
      reason,
      reloadId: reload?.id,
      get changes() {
        return details.changes;
      },
    };
  });
  reload?.completed(version);
}

function tellOutcome(
  { policy, context, state }: EventSubject,
  { source: index, trigger, outcome }: { source: number; trigger: Trigger; outcome: Outcome },
): void {
  const source = policy.sources[index]!.name;
  if (outcome.kind === 'refused') {
    const kept = state.waiting[index]?.kind === 'kept';
    const { error } = outcome;
    context.events.emit('document.refused', policy.name, () => ({ source, trigger, error, kept }));
  } else if (outcome.kind === 'held') {
    const { until } = outcome;
    context.events.emit('document.held', policy.name, () => ({ source, trigger, until }));
  }
}
