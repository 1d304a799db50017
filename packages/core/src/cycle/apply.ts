import type { HoldfastError } from '../errors.ts';
import type { Participant } from '../options/participant.ts';
import { ask, type Asking, type Veto } from './participants.ts';
import { reworded } from './reworded.ts';

/** Somebody would not have it. */
export interface Vetoed {
  readonly error: HoldfastError;
  /** They failed to take back what they did: they are not what the value says. */
  readonly diverged: readonly string[];
}

/** Asks all what changes nothing: the first phase, and the health. Gives the first veto. Never rejects. */
export async function askAll(
  by: readonly Participant[],
  phase: 'canApply' | 'healthCheck',
  asking: Asking,
): Promise<Veto | undefined> {
  for (const participant of by) {
    const veto = await ask(participant, phase, asking);
    if (veto) return veto;
  }
  return undefined;
}

/**
 * The second phase: each applies, in order, and is noted in `done`. Who refuses, throws or takes too long stops it. Gives
 * the first veto. Never rejects.
 */
export async function apply(
  by: readonly Participant[],
  asking: Asking,
  done: Participant[],
): Promise<Veto | undefined> {
  for (const participant of by) {
    const veto = await ask(participant, 'apply', asking);
    // who was late may be half done
    if (veto === undefined || veto.late) done.push(participant);
    if (veto) return veto;
  }
  return undefined;
}

/** Undoes what was done, in reverse, for the sake of `error`, which says who could not. Never rejects. */
export async function takenBack(
  error: HoldfastError,
  done: readonly Participant[],
  asking: Asking,
): Promise<Vetoed> {
  const diverged = await undoAll(done, asking);
  if (diverged.length === 0) return { error, diverged };
  const text = `${error.message}; what was done could not be taken back by ${diverged.join(', ')}`;
  return { error: reworded(error, text), diverged };
}

/** Undoes what was done, in reverse; gives the names of those that failed to. Never rejects. */
export async function undoAll(
  done: readonly Participant[],
  asking: Asking,
): Promise<readonly string[]> {
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
