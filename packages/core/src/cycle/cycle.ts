import { HoldfastError, isHoldfastError, unchanged } from '../lazy-base.ts';
import { isLess } from '../state/inputs.ts';
import type { Decision, Proposal } from '../state/proposal.ts';
import { apply } from './apply.ts';
import { Arriving } from './arrive.ts';
import { attempt, check } from './attempt.ts';
import { Draft } from './draft.ts';
import type { Asking } from './participants.ts';
import { Reload } from './reload.ts';
import { type CycleTools, type Decided, type Looked, toolsOf } from './tools.ts';
import { vetoed } from './veto.ts';

export { AuditTrail } from './audit.ts';
export { changesBetween } from './changes.ts';
export { DueDocuments } from './due-documents.ts';
export { evaluate } from './evaluate.ts';
export { afterCommit, healthOf, tellBack } from './health-check.ts';
export { notify } from './notify.ts';
export { rehearse } from './rehearse.ts';
export { retryKept } from './retry-kept.ts';

/**
 * The way of a proposal: detect, resolve, compare, limit, apply. The config stays as it is: the decision is carried out
 * by the commit.
 */
export async function decide(config: Decided, proposal: Looked): Promise<Decision> {
  const tools = toolsOf(config, proposal);
  const draft = new Draft(config.state, proposal, tools);
  const decision = await look(draft, proposal, tools);
  // defaults are nobody's to refuse, and a config that was closed meanwhile changes no more
  const asks = proposal.kind !== 'defaults' && !tools.comparer.closed;
  if (tools.participants.length === 0 || !asks || !draft.changes()) return decision;
  return applied(draft, decision, tools);
}

function look(draft: Draft, proposal: Looked, tools: CycleTools): Promise<Decision> {
  switch (proposal.kind) {
    case 'loaded':
      return new Arriving(draft, tools).loaded(proposal.arrivals);
    case 'waiting':
      return new Arriving(draft, tools).again(proposal.sources);
    case 'defaults':
      return defaults(draft, tools);
    case 'inputs':
      return intervene(draft, proposal, tools);
  }
}

async function defaults(draft: Draft, tools: CycleTools): Promise<Decision> {
  const { policy } = tools;
  if (draft.before.snapshot) return unchanged;
  const resolved = await check(policy.defaults, tools);
  if (resolved.kind === 'refused')
    return { ...unchanged, next: { defaultsRefused: resolved.error } };
  draft.accept({ ...resolved, inputs: draft.inputs });
  const reload = new Reload(tools);
  reload.validated(undefined, resolved.value);
  return { outcome: draft.accepted, next: draft.next(), reload };
}

/** Somebody who may set them wants other inputs: neither limited nor compared, but checked like all others. */
async function intervene(
  draft: Draft,
  { change }: Extract<Proposal, { kind: 'inputs' }>,
  tools: CycleTools,
): Promise<Decision> {
  const inputs = change(draft.before);
  if (isHoldfastError(inputs)) return { outcome: { kind: 'refused', error: inputs } };
  if (inputs === draft.before.inputs) return unchanged;
  const nothing = draft.before.snapshot === undefined;
  // what is in the way of the first value must not need one to go; and what a restart kept is laid over
  // documents, and alone no value
  const waits = tools.trigger === 'cache' || isLess(inputs, draft.before.inputs);
  if (nothing && waits) return { ...unchanged, next: { inputs } };
  const tried = await attempt(inputs, draft, tools);
  if (tried.kind === 'refused') {
    // what was kept over a restart waits for the documents that it belongs to
    if (tools.trigger === 'cache')
      return { ...unchanged, next: { inputs }, reload: tried.reload.putAside('held') };
    const early = draft.before.snapshot ? '' : '; there is no document yet: await ready() first';
    const { code, message, cause } = tried.error;
    const error = new HoldfastError(code, `What it would come to ${message}${early}`, { cause });
    tried.reload.failed(error);
    return { outcome: { kind: 'refused', error } };
  }
  const { reload } = tried;
  draft.accept(tried.resolved);
  return { outcome: draft.accepted, next: draft.next(), ...(reload && { reload }) };
}

/** The last stage before the commit: participants make the change their own, or veto it. */
async function applied(draft: Draft, decision: Decision, tools: CycleTools): Promise<Decision> {
  const { participants, context, comparer, trigger } = tools;
  const { snapshot } = draft.before;
  const version = (snapshot?.version ?? 0) + 1;
  const change = { value: draft.resolved!.value, previous: snapshot?.value, version, trigger };
  const asking: Asking = { context, change, comparer, reload: decision.reload! };
  const result = await apply(participants, asking);
  if (result.kind === 'vetoed') return vetoed(draft, decision, { veto: result, tools });
  const diverged = draft.before.diverged?.filter(
    (name) => !result.by.some((participant) => participant.name === name),
  );
  return {
    ...decision,
    next: { ...decision.next, ...(diverged && { diverged }) },
    undo: result.undo,
  };
}
