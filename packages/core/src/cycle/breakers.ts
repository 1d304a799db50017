import { HoldfastError, isLoadError, wallTime } from '../lazy-base.ts';
import type { Loader } from '../ports/loader.ts';
import { admission, afterReport, type Breaker, halfOpen, type Verdict } from './breaker.ts';
import type { ManagerContext } from './context.ts';
import type { LoadAnswer, LoadTask, Skipped } from './load-task.ts';

/** The part of the manager that breakers need. */
type BreakerContext = Pick<ManagerContext, 'breakers' | 'clock' | 'events'>;

/** Asks the breaker of the origin whether a load may go on; gives the breaker if it is to go on as its probe. */
export function enterBreaker(
  context: BreakerContext,
  task: LoadTask,
): Breaker | Skipped | undefined {
  const { loader } = task.source;
  if (context.breakers.size === 0) return undefined;
  const breaker = context.breakers.get(loader.origin!);
  const now = context.clock.monotonic();
  const { ownTurnAt } = task;
  const pushed = task.trigger === 'push';
  const admitted = admission(breaker, { now, pushed, ownTurnAt });
  if (admitted === 'skip') {
    const until = breaker?.kind === 'open' ? breaker.until : now;
    return skipped(loader, Math.min(until, ownTurnAt), now);
  }
  if (admitted === 'pass' || breaker?.kind !== 'open') return undefined;
  const probing = halfOpen(breaker, now);
  setBreaker(context, task.config, loader.origin!, probing);
  return probing;
}

/** Tells the breaker of the origin what came of a load that it let through. */
export function leaveBreaker(
  context: ManagerContext,
  task: LoadTask,
  report: { readonly answer: LoadAnswer; readonly probeOf: Breaker | undefined },
): void {
  const { breakers, breakerFailures: failures, clock, random } = context;
  const { loader, polling } = task.source;
  const { answer, probeOf } = report;
  if (loader.origin === undefined || failures === undefined) return;
  const verdict = verdictOf(answer);
  const before = breakers.get(loader.origin);
  // nearly always: all is well, and was
  if (before === undefined && verdict !== 'trouble') return;
  const retryAfterMs =
    answer.kind === 'failed' && isLoadError(answer.error) ? answer.error.retryAfterMs : undefined;
  const after = afterReport(
    before,
    { verdict, probeOf, backoff: polling, retryAfterMs },
    { failures, now: clock.monotonic(), random: random() },
  );
  setBreaker(context, task.config, loader.origin, after);
}

/** Puts the breaker of an origin in place, and tells of it if its state is another one. */
export function setBreaker(
  { breakers, clock, events }: BreakerContext,
  config: string,
  origin: string,
  breaker: Breaker | undefined,
): void {
  const previous = breakers.get(origin)?.kind ?? 'closed';
  if (breaker) breakers.set(origin, breaker);
  else breakers.delete(origin);
  const state = breaker?.kind ?? 'closed';
  if (state === previous) return;
  const until = breaker?.kind === 'open' ? wallTime(clock, breaker.until) : undefined;
  events.emit('breaker.changed', config, () => ({ origin, state, previous, until }));
}

function skipped({ name, origin }: Loader, until: number, now: number): Skipped {
  const when =
    until > now ? `for another ${Math.ceil((until - now) / 1000)} s` : 'until a probe ends';
  const text = `Cannot load ${name}: ${origin} failed again and again, so that it is not asked ${when} (circuit breaker)`;
  return { kind: 'skipped', error: new HoldfastError('BREAKER_OPEN', text), until };
}

/** Connect errors, time-outs, 5xx and 429 are the origin's trouble; any other answer is a sign of life. */
export function verdictOf(answer: LoadAnswer): Verdict {
  if (answer.kind !== 'failed') return 'alive';
  const { error } = answer;
  if (!isLoadError(error)) return 'neither';
  const { failure, status = 0 } = error;
  if (failure === 'connect' || failure === 'timeout' || status >= 500 || status === 429) {
    return 'trouble';
  }
  return status > 0 || failure === 'absent' ? 'alive' : 'neither';
}
