import { withoutQuotes } from '../document/quotes.ts';
import { type Exposed, toldCause } from '../document/told-cause.ts';
import { Delay, getAt, HoldfastError, isTree, LazyDetails, messageOf } from '../lazy-base.ts';
import type { Path } from '../document/path.ts';
import type { Participant, ParticipantChange } from '../options/participant.ts';
import type { ParticipantPhase } from '../events.ts';
import type { ValueChange } from '../state/change-details.ts';
import type { ReloadNotes } from '../state/proposal.ts';
import type { Subject } from './tools.ts';

/** What participants are asked with. */
export interface Asking {
  /** What is in force now, and what is to be. */
  readonly change: ValueChange;
  readonly subject: Subject;
  readonly reload: ReloadNotes;
}

/** Why a participant would not have a change. */
export class Veto extends HoldfastError {
  /** Its time was over: nobody knows how far it came. */
  readonly late: boolean;

  constructor(participant: string, why: string, options: { cause?: unknown; late?: boolean } = {}) {
    super('VETOED', `Participant ${JSON.stringify(participant)} ${why}`, options);
    this.late = options.late ?? false;
  }
}

/** Those that have a say in a change, in the order of `after`. */
export function concerned(
  participants: readonly Participant[],
  { change: { value, previous } }: Pick<Asking, 'change'>,
): readonly Participant[] {
  // not by `changes`: with `arrayKey` an item that only moved up is none
  return inOrder(participants).filter(
    ({ paths }) => paths === undefined || paths.some((path) => differsAt(path, previous, value)),
  );
}

/** Whether two values differ at a path, or in a leaf above it. */
function differsAt(path: Path, ...values: readonly [unknown, unknown]): boolean {
  for (let depth = 0; depth <= path.length; depth++) {
    const [a, b] = values.map((value) => getAt(value, path.slice(0, depth)));
    if (Object.is(a, b)) return false;
    if ([a, b].some((part) => part !== undefined && !isTree(part))) return true;
  }
  return true;
}

/** Each after those that it names. There are no circles: `attach` saw to it. */
function inOrder(participants: readonly Participant[]): readonly Participant[] {
  const ordered = new Set<Participant>();
  const visit = (participant: Participant): void => {
    for (const name of participant.after) {
      const first = participants.find((other) => other.name === name);
      if (first) visit(first);
    }
    ordered.add(participant);
  };
  for (const participant of participants) visit(participant);
  return [...ordered];
}

/** Calls one participant within its time. Gives why it would not have it; undefined when it agrees. Never rejects. */
export async function ask(
  participant: Participant,
  phase: ParticipantPhase,
  asking: Asking,
): Promise<Veto | undefined> {
  const { subject, reload } = asking;
  const { clock } = subject.context;
  const call = participant[phase] as ((change: ParticipantChange<unknown>) => unknown) | undefined;
  if (call === undefined) return undefined;
  const { name } = participant;
  const startedAt = clock.monotonic();
  reload.tell('reload.participant.started', () => ({ participant: name, phase }));
  const veto = await within(participant, phase, asking, call);
  const durationMs = clock.monotonic() - startedAt;
  reload.tell('reload.participant.finished', () => ({
    participant: name,
    phase,
    durationMs,
    ...(veto && { error: veto }),
  }));
  return veto;
}

function within(
  { name, timeoutMs }: Participant,
  phase: ParticipantPhase,
  asking: Asking,
  call: (change: ParticipantChange<unknown>) => unknown,
): Promise<Veto | undefined> {
  const { subject } = asking;
  const { clock, scheduler } = subject.context;
  const controller = new AbortController();
  return new Promise((give) => {
    const end = (veto?: Veto): void => {
      delay.cancel();
      off();
      give(veto);
    };
    const stop = (why: string): void => {
      const late = new Veto(name, `${why} (${phase})`, { late: true });
      controller.abort(late);
      end(late);
    };
    const delay = new Delay(scheduler, () => stop(`did not answer within ${timeoutMs} ms`));
    delay.start(clock.monotonic() + timeoutMs);
    // what is taken back after the end has its time all the same
    const { closed } = subject;
    const off = subject.onSettled.add(() => {
      if (subject.closed && !closed) stop('was asked when the config was closed');
    });
    const change = changeFor(asking, controller.signal);
    // in a microtask of its own: what it throws at once is like what it rejects with
    void Promise.resolve(change)
      .then(call)
      .then(
        (consent) => answer(name, phase, told(consent, asking)),
        (thrown: unknown) => failure(name, `failed (${phase})`, { thrown, asking }),
      )
      .then(end);
  });
}

/** What it was given, and may quote. */
function exposedBy({ change, subject }: Asking): Exposed {
  return { values: [change.value, change.previous], secrets: subject.policy.secrets };
}

/** What it said, unless that quotes a secret. */
function told<T>(said: T, asking: Asking): T | string {
  if (typeof said !== 'string') return said;
  const { values, secrets } = exposedBy(asking);
  return withoutQuotes(said, values, secrets);
}

/** What it threw is kept as far as it may be told. */
function failure(
  name: string,
  what: string,
  { thrown, asking }: { readonly thrown: unknown; readonly asking: Asking },
): Veto {
  const cause = toldCause(thrown, exposedBy(asking));
  return new Veto(name, `${what}: ${told(messageOf(thrown), asking)}`, { cause });
}

/** What undo gives does not count: it is no question. */
function answer(name: string, phase: ParticipantPhase, consent: unknown): Veto | undefined {
  if (phase === 'undo' || (consent !== false && typeof consent !== 'string')) return undefined;
  const why = consent === false ? '' : `: ${consent}`;
  return new Veto(name, `would not have it (${phase})${why}`);
}

function changeFor({ change, subject }: Asking, signal: AbortSignal): ParticipantChange<unknown> {
  const { value, previous, trigger } = change;
  const details = new LazyDetails(change, subject);
  return {
    next: value,
    previous,
    trigger,
    signal,
    get changes() {
      return details.changes;
    },
  };
}
