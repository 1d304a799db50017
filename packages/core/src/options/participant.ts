import type { Path } from '../document/path.ts';
import type { PathOf } from '../document/typed-path.ts';
import type { Change } from '../document/leaves.ts';
import type { Trigger } from '../outcome.ts';
import { checkOf, MAX_WAIT_MS, type OptionCheck } from './check.ts';

/** A change that is about to be made, as participants see it. */
export interface ParticipantChange<T> {
  /** What will be in force when all agree. */
  readonly next: T;
  /** What is in force; undefined when nothing is. */
  readonly previous: T | undefined;
  /** The leaves that differ. Computed when it is read. */
  readonly changes: readonly Change[];
  /** What brings it. */
  readonly trigger: Trigger;
  /** Aborts at the time limit and when the config is closed. */
  readonly signal: AbortSignal;
}

/** Agrees by returning nothing or `true`; vetoes by `false`, by a text that says why, or by throwing. */
export type Consent = boolean | string | void | undefined;

/** A part of the application that has a say in each change: a pool to be resized, a client to be made anew. */
export interface ParticipantOptions<T> {
  /** Names it in status, events and errors; unique in its config. */
  readonly name: string;
  /** It is asked only about changes at, above or below one of these paths of the value. @default {every change} */
  readonly paths?: readonly (PathOf<T> | Path)[];
  /** Participants that come before it; those that are not attached are passed over. @default {[]} */
  readonly after?: readonly string[];
  /** Asked of all before any applies; it must change nothing. */
  readonly canApply?: (change: ParticipantChange<T>) => Consent | Promise<Consent>;
  /** Makes the change, before the value is in force for anybody. */
  readonly apply?: (change: ParticipantChange<T>) => Consent | Promise<Consent>;
  /** Takes back what `apply` did for this very change. @default {`apply` with `next` and `previous` exchanged} */
  readonly undo?: (change: ParticipantChange<T>) => unknown;
  /** Asked once the value is in force; without consent the config goes back to what was, and bars the document. */
  readonly healthCheck?: (change: ParticipantChange<T>) => Consent | Promise<Consent>;
  /** Time for each of its calls, in milliseconds, 1 to 2 147 483 647. @default {5_000} */
  readonly timeoutMs?: number;
}

/** A participant after defaults and checks. */
export interface Participant extends Omit<ParticipantOptions<never>, 'paths' | 'after'> {
  readonly paths: readonly Path[] | undefined;
  readonly after: readonly string[];
  readonly timeoutMs: number;
}

const CALLS = ['canApply', 'apply', 'undo', 'healthCheck'] as const;

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveParticipant(
  config: string,
  options: ParticipantOptions<never>,
  others: readonly Participant[],
): Participant {
  const check: OptionCheck = checkOf({ name: config }, 'attach');
  check.object('options', options, ['name', 'paths', 'after', 'timeoutMs', ...CALLS]);
  const { name, after = [], timeoutMs = 5_000 } = options;
  check.text('name', name);
  if (others.some((other) => other.name === name))
    throw check.fail('name', 'one that no other participant has', name);
  for (const call of CALLS) {
    const own: unknown = options[call];
    if (own !== undefined) check.callable(call, own);
  }
  if (!options.canApply && !options.apply && !options.healthCheck)
    throw check.fail('apply', 'given, or canApply, or healthCheck', options.apply);
  check.range('timeoutMs', timeoutMs, 1, MAX_WAIT_MS);
  check.texts('after', after);
  if (comesBefore(name, after, others))
    throw check.fail('after', 'free of circles', after, after.join(', '));
  const paths = options.paths === undefined ? undefined : check.paths('paths', options.paths);
  // methods of a class are no properties of their own, and need their object
  const calls = CALLS.map((call) => [call, options[call]?.bind(options)] as const);
  return { ...Object.fromEntries(calls), name, after, timeoutMs, paths };
}

/** Whether one of those that `name` comes after comes after `name` itself. */
function comesBefore(
  name: string,
  after: readonly string[],
  others: readonly Participant[],
): boolean {
  return after.some(
    (first) =>
      first === name ||
      comesBefore(name, others.find((other) => other.name === first)?.after ?? [], others),
  );
}
