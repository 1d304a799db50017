import { LazyDetails } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { Participant } from '../options/participant.ts';
import type { Outcome, Trigger } from '../outcome.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Decision, Proposal, ReloadNotes } from '../state/proposal.ts';
import type { Comparer, ValueChange } from '../state/change-details.ts';
import { tellLeftOut } from './tell-left-out.ts';
import type { ManagerContext } from './context.ts';
import { misspeltParts, misspeltPaths } from './misspelt.ts';

/** The config that an event is about. */
interface EventSubject extends Comparer {
  readonly policy: ConfigPolicy;
  readonly context: ManagerContext;
  readonly state: ConfigState;
  readonly participants: readonly Participant[];
  readonly closed: boolean;
}

/** Tells of what came of a proposal: another value in force, a document that was refused or held, another pin. */
export function notify(
  subject: EventSubject,
  proposal: Proposal,
  { decision, before }: { readonly decision: Decision; readonly before: ConfigState },
): void {
  const { outcome, outcomes, reload } = decision;
  const { snapshot } = subject.state;
  const sources = sourcesOf(proposal);
  const outcomeOf = (i: number): Outcome => outcomes?.[i] ?? outcome;
  const changed = snapshot !== undefined && snapshot.version !== before.snapshot?.version;
  if (changed) {
    const change = { ...snapshot, previous: before.snapshot?.value };
    tellChanged(subject, { change, proposal, reload, before });
    tellNothingKept(subject, before);
  }
  reload?.completed(snapshot?.version ?? 0, changed);
  tellMisspelt(subject, before);
  tellPinned(subject, proposal, before);
  const { trigger } = proposal;
  for (const [i, source] of sources.entries())
    tellOutcome(subject, { source, trigger, outcome: outcomeOf(i) });
}

/** Those whose documents it is about. */
function sourcesOf(proposal: Proposal): readonly number[] {
  if (proposal.kind === 'loaded') return proposal.arrivals.map(({ source }) => source);
  return proposal.kind === 'waiting' ? proposal.sources : [];
}

/** What came of a proposal that changed the value. */
interface Told {
  readonly change: ValueChange;
  readonly proposal: Proposal;
  readonly reload: ReloadNotes | undefined;
  readonly before: ConfigState;
}

/** `changes` is computed when somebody reads it. */
function tellChanged(subject: EventSubject, { change, proposal, reload, before }: Told): void {
  const { policy, context } = subject;
  const { version, trigger } = change;
  const { by, reason } = 'by' in proposal ? proposal : {};
  const sources = proposal.kind === 'inputs' ? [] : sourcesOfChange(subject, before);
  const origin = { by, reason, reloadId: reload?.id, sources };
  context.audit.loaded?.changed(subject, change, origin);
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
}

/** Names of those whose documents came or went: some may have waited for the one that was proposed. */
function sourcesOfChange({ policy, state }: EventSubject, before: ConfigState): readonly string[] {
  const { documents } = state.inputs;
  const changed = policy.sources.filter(
    (_, i) => documents[i]?.raw !== before.inputs.documents[i]?.raw,
  );
  return changed.map(({ name }) => name);
}

/** Once, until earlier versions are kept again. Who asked for no history knows. */
function tellNothingKept({ policy, context, state }: EventSubject, before: ConfigState): void {
  const { entries, bytes } = policy.history;
  const last = before.snapshot?.version ?? 0;
  const isNews = before.history.length > 0 || last === 1;
  if (!isNews || state.history.length > 0 || entries === 0 || bytes === 0) return;
  const source = policy.sources[0]!.name;
  const message = `no earlier version is kept: version ${last} alone has more than ${bytes} bytes (history.bytes)`;
  context.events.emit('config.warned', policy.name, () => ({ source, message }));
}

function tellMisspelt(subject: EventSubject, before: ConfigState): void {
  const { policy, context, state, participants } = subject;
  if (state.inputs.documents === before.inputs.documents) return;
  if (policy.sources.some(({ loader }) => loader.addressed)) void tellLeftOut(subject, before);
  const source = policy.sources[0]!.name;
  const parts = misspeltParts(participants, state, before);
  for (const message of [...misspeltPaths(policy, state, before), ...parts])
    context.events.emit('config.warned', policy.name, () => ({ source, message }));
}

/** What a restart kept is nothing new. */
function tellPinned(
  { policy, context, state }: EventSubject,
  proposal: Proposal,
  before: ConfigState,
): void {
  const { pin } = state.inputs;
  if (pin === before.inputs.pin || proposal.kind !== 'inputs' || proposal.trigger === 'cache')
    return;
  const { trigger, by, reason } = proposal;
  const pinned = pin?.kind ?? ('nothing' as const);
  context.events.emit('pin.changed', policy.name, () => ({ trigger, pinned, by, reason }));
}

function tellOutcome(
  { policy, context, state }: EventSubject,
  { source: index, trigger, outcome }: { source: number; trigger: Trigger; outcome: Outcome },
): void {
  const source = policy.sources[index]!.name;
  if (outcome.kind === 'refused') {
    const { error } = outcome;
    const kept = [state.waiting[index], state.cached[index]].some(
      (waiting) => waiting?.kind === 'kept' && waiting.error === error,
    );
    context.events.emit('document.refused', policy.name, () => ({ source, trigger, error, kept }));
  } else if (outcome.kind === 'held') {
    const { until } = outcome;
    context.events.emit('document.held', policy.name, () => ({ source, trigger, until }));
  }
}
