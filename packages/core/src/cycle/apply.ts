import { HoldfastError } from '../lazy-base.ts';
import type { Participant } from '../options/participant.ts';
import { ask, type Asking, concerned, type Veto } from './participants.ts';

/** Somebody would not have it. */
export interface Vetoed {
  readonly kind: 'vetoed';
  readonly error: HoldfastError;
  /** They failed to take back what they did: they are not what the value says. */
  readonly diverged: readonly string[];
}

/** What came of applying. */
export type Applied =
  | {
      readonly kind: 'applied';
      /** Takes it all back; gives the names of those that failed to. */
      readonly undo: () => Promise<readonly string[]>;
    }
  | Vetoed;

/** The first phase: all are asked whether they can, which changes nothing. Gives the first veto. Never rejects. */
export async function canApply(
  by: readonly Participant[],
  asking: Asking,
): Promise<Vetoed | undefined> {
  for (const participant of by) {
    const error = await ask(participant, 'canApply', asking);
    if (error) return { kind: 'vetoed', error, diverged: [] };
  }
  return undefined;
}

/**
 * The second phase: each applies, in order. Who refuses, throws or takes too long stops it, and what was done is undone
 * in reverse. Never rejects.
 */
export async function apply(by: readonly Participant[], asking: Asking): Promise<Applied> {
  const done: Participant[] = [];
  for (const participant of by) {
    const veto = await ask(participant, 'apply', asking);
    if (veto === undefined) {
      done.push(participant);
      continue;
    }
    // who was late may be half done
    if (veto.late) done.push(participant);
    return { kind: 'vetoed', ...(await takenBack(veto, done, asking)) };
  }
  return { kind: 'applied', undo: () => undoAll(done, asking) };
}

/** Asked once the value is in force. Gives why it must not stay. */
export async function checkHealth(
  participants: readonly Participant[],
  asking: Asking,
): Promise<HoldfastError | undefined> {
  for (const participant of concerned(participants, asking)) {
    const veto = await ask(participant, 'healthCheck', asking);
    if (veto) return veto;
  }
  return undefined;
}

async function takenBack(veto: Veto, done: readonly Participant[], asking: Asking) {
  const diverged = await undoAll(done, asking);
  if (diverged.length === 0) return { error: veto, diverged };
  const text = `${veto.message}; what was done could not be taken back by ${diverged.join(', ')}`;
  return { error: new HoldfastError('VETOED', text, { cause: veto.cause }), diverged };
}

async function undoAll(done: readonly Participant[], asking: Asking): Promise<readonly string[]> {
  const diverged: string[] = [];
  const { value, previous } = asking.change;
  const reversed = { ...asking.change, value: previous, previous: value };
  for (const participant of done.toReversed()) {
    // what never had a value before has nothing to go back to by itself
    const veto = participant.undo
      ? await ask(participant, 'undo', asking)
      : previous !== undefined &&
        (await ask(participant, 'apply', { ...asking, change: reversed }));
    if (veto) diverged.push(participant.name);
  }
  return diverged;
}
