import { LazyDetails } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { Outcome } from '../outcome.ts';
import type { Proposal } from '../state/proposal.ts';
import type { Waiting } from '../state/waiting.ts';
import type { Comparer, ValueChange } from '../state/change-details.ts';
import type { ManagerContext } from './context.ts';

/** The config that an event is about. */
interface EventSubject extends Comparer {
  readonly policy: ConfigPolicy;
  readonly context: ManagerContext;
  readonly waiting: readonly (Waiting | undefined)[];
}

/** Tells of what came of a proposal: another value in force, a document that was refused or held. */
export function notify(
  subject: EventSubject,
  proposal: Proposal,
  { outcome, change }: { readonly outcome: Outcome; readonly change: ValueChange | undefined },
): void {
  if (change) tellChanged(subject, change, proposal);
  tellOutcome(subject, proposal, outcome);
}

/** `changes` is computed when somebody reads it. */
function tellChanged(subject: EventSubject, change: ValueChange, proposal: Proposal): void {
  const { policy, context } = subject;
  const { version, trigger } = change;
  const { by, reason } = 'by' in proposal ? proposal : {};
  const sources = 'source' in proposal ? [policy.sources[proposal.source]!.name] : undefined;
  context.audit.loaded?.changed(subject, change, { by, reason, sources });
  context.events.emit('config.changed', policy.name, () => {
    const details = new LazyDetails(change, subject);
    return {
      version,
      trigger,
      by,
      reason,
      get changes() {
        return details.changes;
      },
    };
  });
}

function tellOutcome(
  { policy, context, waiting }: EventSubject,
  proposal: Proposal,
  outcome: Outcome,
): void {
  if (proposal.kind !== 'loaded' && proposal.kind !== 'waiting') return;
  const { source: index, trigger } = proposal;
  const source = policy.sources[index]!.name;
  if (outcome.kind === 'refused') {
    const kept = waiting[index]?.kind === 'kept';
    const { error } = outcome;
    context.events.emit('document.refused', policy.name, () => ({ source, trigger, error, kept }));
  } else if (outcome.kind === 'held') {
    context.events.emit('document.held', policy.name, () => ({ source, until: outcome.until }));
  }
}
