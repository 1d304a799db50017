import { isHoldfastError, unchanged } from '../lazy-base.ts';
import type { Outcome } from '../outcome.ts';
import { isLess } from '../state/inputs.ts';
import type { Decision, Proposal, Settle } from '../state/proposal.ts';
import { Arriving } from './arrive.ts';
import { attempt, check } from './attempt.ts';
import { Considered } from './considered.ts';
import { Draft } from './draft.ts';
import { afterCommit, type Patient } from './health-check.ts';
import { Reload } from './reload.ts';
import { reworded } from './reworded.ts';
import { stillWaiting } from './still-waiting.ts';
import { type CycleTools, type Decided, type Looked, toolsOf } from './tools.ts';
import { tellWrongDefaults } from './wrong-defaults.ts';

export { AuditTrail } from './audit.ts';
export { changesBetween } from './changes.ts';
export { DueDocuments } from './due-documents.ts';
export { evaluate } from './evaluate.ts';
export { leftOut } from './left-out.ts';
export { mergeLayers } from './merge-layers.ts';
export { healthOf, tellBack } from './health-check.ts';
export { notify } from './notify.ts';
export { rehearse } from './rehearse.ts';
export { retryKept } from './retry-kept.ts';
export { upToDate } from './versions.ts';

/** A config whose proposals are carried out. */
interface Carried extends Decided, Patient {
  /** The commit; gives what tells everybody of it. */
  install(proposal: Proposal, decision: Decision, settle?: Settle): () => Outcome;
}

/**
 * The way of a proposal: detect, resolve, compare, limit, apply, commit. Only within a turn. Rejects where it could not
 * be decided: then nothing has changed.
 */
export async function carryOut(
  config: Carried,
  proposal: Looked,
  settle?: Settle,
): Promise<Outcome> {
  const before = config.state;
  const considered = await consider(config, proposal);
  while (considered.isOpen) {
    await considered.canApply();
    await considered.apply();
  }
  // nobody can come between: whoever has a say was asked
  const { decision } = considered;
  const outcome = config.install(proposal, decision, settle)();
  // where participants had a say they are asked once more
  if (decision.undo === undefined) return outcome;
  return afterCommit(config, { proposal, decision, before, outcome });
}

/** The way of a proposal up to those who have a say in it. */
export async function consider(config: Decided, proposal: Looked): Promise<Considered> {
  // so that nothing changes that is not in it
  if (!config.context.audit.loaded) await config.context.audit();
  const tools = toolsOf(config, proposal);
  const draft = new Draft(config.state, proposal, tools);
  return new Considered(draft, await decide(draft, proposal, tools), tools);
}

function decide(draft: Draft, proposal: Looked, tools: CycleTools): Promise<Decision> {
  switch (proposal.kind) {
    case 'loaded':
      return new Arriving(draft, tools).loaded(proposal.arrivals);
    case 'waiting':
      return new Arriving(draft, tools).again(proposal.sources, proposal.cached === true);
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
  if (resolved.kind === 'refused') {
    void tellWrongDefaults(tools);
    return { ...unchanged, next: { defaultsRefused: resolved.error } };
  }
  draft.accept({ ...resolved, inputs: draft.inputs });
  const reload = new Reload(tools);
  reload.validated(undefined, resolved.value);
  return { outcome: draft.accepted, next: draft.next(), reload };
}

/** Somebody who may set them wants other inputs: neither limited nor compared, but checked like all others. */
async function intervene(
  draft: Draft,
  { change, back }: Extract<Proposal, { kind: 'inputs' }>,
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
    const error = reworded(tried.error, `What it would come to ${tried.error.message}${early}`);
    tried.reload.failed(error);
    return { outcome: { kind: 'refused', error } };
  }
  const { reload } = tried;
  draft.accept(tried.resolved);
  // not in the draft: a veto leaves what waits as it was
  const next = { ...draft.next(), ...stillWaiting(inputs, draft.before, back ?? {}) };
  return { outcome: draft.accepted, next, ...(reload && { reload }) };
}
