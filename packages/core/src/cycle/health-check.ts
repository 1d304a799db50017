import type { HoldfastError } from '../errors.ts';
import type { Outcome } from '../outcome.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { PastVersion } from '../state/history.ts';
import type { Decision, InputsProposal, Proposal } from '../state/proposal.ts';
import { rolledBack } from '../state/rollback.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { askAll } from './apply.ts';
import type { Subject } from './tools.ts';

/** A config whose participants are asked whether what is in force may stay. */
export interface Patient extends Subject {
  readonly snapshot: Snapshot | undefined;
  /** Decides and commits, within the turn that there is. */
  handle(proposal: Proposal): Promise<Outcome>;
  /** From now on what operators set is written down. */
  operated(): Promise<void>;
}

/** How a proposal went in which participants had a say. */
interface Applied {
  readonly proposal: Proposal;
  readonly decision: Decision;
  readonly before: ConfigState;
  /** Of the commit: another one than that of the decision where the config was closed before it. */
  readonly outcome: Outcome;
}

/** After the commit: whoever checks the health may send the config back. Only within a turn; never rejects. */
export async function afterCommit(patient: Patient, applied: Applied): Promise<Outcome> {
  const { proposal, decision, before, outcome } = applied;
  // it came into force for nobody
  if (outcome !== decision.outcome) await decision.undo!();
  if (patient.closed || isGiven(proposal)) return outcome;
  const past = before.snapshot && { ...before.snapshot, inputs: before.inputs };
  const error = await healthOf(patient, decision, past);
  // without a version before there is nothing to go back to: better this one than none
  if (error === undefined || past === undefined || patient.closed) return outcome;
  // what is barred is to survive a restart
  await patient.operated().catch((cause: unknown) => {
    patient.context.events.failed(patient.policy.name, 'loading what operators need', cause);
  });
  const back = await patient.handle(
    wayBack(patient, { before: { ...past, cached: before.cached }, error }),
  );
  if ('error' in back) {
    const { name } = patient.policy;
    patient.context.events.failed(name, 'going back after a health check', back.error);
  }
  // an override that came to its end stays away: there is nothing to go back to
  if (back.kind !== 'accepted' || !back.changed) return outcome;
  tellBack(patient, decision, error);
  return { kind: 'vetoed', error };
}

/**
 * The way back is not asked about, or it might never end; nor is what operators set before a restart: a process that
 * begins may be well only later, and nobody is there who would set it again.
 */
function isGiven({ kind, trigger }: Proposal): boolean {
  return trigger === 'rollback' || (kind === 'inputs' && trigger === 'cache');
}

/** Tells that a health check took back what came into force by `decision`. */
export function tellBack(
  { snapshot }: Pick<Patient, 'snapshot'>,
  { reload, outcome }: Decision,
  error: HoldfastError,
): void {
  // what left the value as it was came into force for nobody
  if (outcome.kind !== 'accepted' || !outcome.changed) return;
  const { version } = snapshot!;
  reload?.tell('reload.rolledback', () => ({ error, version }));
}

/** Why what came into force by `decision` must not stay; undefined where nobody has anything against it. */
export async function healthOf(
  patient: Subject & Pick<Patient, 'snapshot'>,
  { reload, appliedBy = [] }: Decision,
  before: PastVersion | undefined,
): Promise<HoldfastError | undefined> {
  const { snapshot, participants } = patient;
  if (snapshot === undefined || reload === undefined) return undefined;
  const change = { ...snapshot, previous: before?.value };
  // who came since never applied it, and who went is asked no more
  const by = appliedBy.filter((one) => participants.includes(one));
  return askAll(by, 'healthCheck', { subject: patient, change, reload });
}

/** What puts `before` in force again, and bars the documents that it did not have. */
function wayBack(
  { context }: Pick<Patient, 'context'>,
  {
    before,
    error,
  }: { readonly before: PastVersion & Pick<ConfigState, 'cached'>; readonly error: HoldfastError },
): InputsProposal {
  const because = { by: 'health check', reason: error.message };
  const terms = { kind: 'document', ...because, at: context.clock.now() } as const;
  return {
    kind: 'inputs',
    trigger: 'rollback',
    ...because,
    back: { cached: before.cached },
    // what could not end before stays until it can: the value of then needs it
    change: (state) =>
      rolledBack(state, before.inputs, { ...terms, overdue: state.inputs.overrides }),
  };
}
