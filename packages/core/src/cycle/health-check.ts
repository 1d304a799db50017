import type { HoldfastError } from '../errors.ts';
import type { Participant } from '../options/participant.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { PastVersion } from '../state/history.ts';
import type { Inputs } from '../state/inputs.ts';
import type { Decision, Proposal } from '../state/proposal.ts';
import { rolledBack } from '../state/rollback.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { checkHealth } from './apply.ts';
import type { ManagerContext } from './context.ts';
import type { Subject } from './tools.ts';

/** A config whose participants are asked whether what is in force may stay. */
interface Patient extends Subject {
  readonly context: ManagerContext;
  readonly snapshot: Snapshot | undefined;
  readonly participants: readonly Participant[];
}

/** The way back from what is in force since `before`, where those who check the health would not have it. */
export async function healthProposal(
  patient: Patient,
  { reload }: Decision,
  before: PastVersion | undefined,
): Promise<Extract<Proposal, { kind: 'inputs' }> | undefined> {
  const { context, snapshot, participants } = patient;
  if (snapshot === undefined || reload === undefined) return undefined;
  const change = { ...snapshot, previous: before?.value };
  const error = await checkHealth(participants, { context, comparer: patient, change, reload });
  // without a version before there is nothing to go back to: better this one than none
  if (error === undefined || before === undefined) return undefined;
  const terms = { kind: 'document', by: 'health check', reason: error.message } as const;
  const at = context.clock.now();
  reload.tell('reload.rolledback', () => ({ error, version: before.version }));
  const { by, reason } = terms;
  const back = (state: ConfigState): Inputs | HoldfastError =>
    rolledBack(state, before.version, { ...terms, at });
  return { kind: 'inputs', trigger: 'rollback', by, reason, change: back };
}
