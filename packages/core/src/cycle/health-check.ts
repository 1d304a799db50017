import type { HoldfastError } from '../errors.ts';
import type { Participant } from '../options/participant.ts';
import type { PastVersion } from '../state/history.ts';
import type { Decision, InputsProposal } from '../state/proposal.ts';
import { rolledBack } from '../state/rollback.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { checkHealth } from './apply.ts';
import type { ManagerContext } from './context.ts';
import type { Subject } from './tools.ts';

/** A config whose participants are asked whether what is in force may stay. */
export interface Patient extends Subject {
  readonly context: ManagerContext;
  readonly snapshot: Snapshot | undefined;
  readonly participants: readonly Participant[];
}

/** The way back from what is in force since `before`, where those who check the health would not have it. */
export async function healthProposal(
  patient: Patient,
  decision: Decision,
  before: PastVersion | undefined,
): Promise<InputsProposal | undefined> {
  const error = await healthOf(patient, decision, before);
  // without a version before there is nothing to go back to: better this one than none
  if (error === undefined || before === undefined) return undefined;
  return wayBack(patient, decision, { before, error });
}

/** Why what came into force by `decision` must not stay; undefined where nobody has anything against it. */
export async function healthOf(
  patient: Patient,
  { reload }: Decision,
  before: PastVersion | undefined,
): Promise<HoldfastError | undefined> {
  const { context, snapshot, participants } = patient;
  if (snapshot === undefined || reload === undefined) return undefined;
  const change = { ...snapshot, previous: before?.value };
  return checkHealth(participants, { context, comparer: patient, change, reload });
}

/** What puts `before` in force again, and bars the documents that it did not have. */
export function wayBack(
  { context }: Pick<Patient, 'context'>,
  { reload }: Decision,
  { before, error }: { readonly before: PastVersion; readonly error: HoldfastError },
): InputsProposal {
  const because = { by: 'health check', reason: error.message };
  const terms = { kind: 'document', ...because, at: context.clock.now() } as const;
  reload?.tell('reload.rolledback', () => ({ error, version: before.version }));
  return {
    kind: 'inputs',
    trigger: 'rollback',
    ...because,
    change: ({ inputs }) => {
      const { pin } = before.inputs;
      return rolledBack({ inputs: { ...inputs, pin } }, before.inputs, terms);
    },
  };
}
