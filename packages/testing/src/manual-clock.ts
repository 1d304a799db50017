import type { Clock } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { preload as preloadEngine } from '@holdfast/core/preload';
import { drain } from './manual-clock/drain.ts';
import { watchInFlight } from './manual-clock/in-flight.ts';
import { Timers } from './manual-clock/timers.ts';
import { nextTurn } from './manual-clock/turn.ts';

/** What {@link manualClock} can be told. */
export interface ManualClockOptions {
  /** Wall-clock time at the start, in milliseconds since 1970, 0 to 8 640 000 000 000 000. @default {1_767_225_600_000, which is 2026-01-01T00:00:00Z} */
  readonly startAt?: number;
  /**
   * Called, and waited for, once before the first timer: for modules that would otherwise be fetched in the middle of a
   * test, e.g. `[() => import('p-retry')]`. Only needed where `advance` cannot see them come: in other runtimes than Node,
   * and for sources that a test runner transforms in another process. @default {[]}
   */
  readonly preload?: readonly (() => Promise<unknown>)[];
}

/** A `Clock` that only moves when told to. */
export interface ManualClock extends Clock {
  /**
   * Moves both clocks on by `ms` milliseconds. Timers that become due fire one by one in the order of their times, each
   * at its own time; after each, and before the first, everything runs that can run without time passing. `advance(0)`
   * only does the latter. Calls queue up: the next begins where the one before ended.
   *
   * @throws {RangeError} When `ms` is negative or not finite. What a timer's callback throws comes out here too.
   */
  advance(ms: number): Promise<void>;
  /** The wall clock alone steps by `ms` milliseconds, back if negative, as by NTP or an operator. No timer fires. */
  step(ms: number): void;
  /** The machine sleeps for `ms` milliseconds: the wall clock goes on, `monotonic()` and the timers stand still. */
  suspend(ms: number): void;
  /**
   * `advance` also waits for `promise` wherever it lets things run. Needed only for work that it cannot see (it sees
   * promises, `crypto.subtle`, and the file system on Node, but for `readFile` and `writeFile` from Node 26 on): above
   * all sockets. Returns the same promise.
   */
  track<P extends PromiseLike<unknown>>(promise: P): P;
  /** Timers that have neither fired nor been cancelled. */
  readonly pending: number;
  /** Of those, the ones that would hold a process open. */
  readonly pendingKeepAlive: number;
}

/**
 * Time for tests: an hour of polling takes milliseconds, and the same test does the same every time.
 *
 * To know when a hash is done it wraps the methods of `crypto.subtle`, once per process; they go on doing what they do.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function manualClock(options: ManualClockOptions = {}): ManualClock {
  const { startAt, preload } = resolveClock(options);
  const inFlight = watchInFlight();
  const timers = new Timers();
  let wallOffset = startAt;
  let loading: Promise<unknown> | undefined;
  let last = Promise.resolve();

  async function run(ms: number): Promise<void> {
    loading ??= Promise.all([preloadEngine, ...preload].map((load) => load()));
    await loading;
    await drain(inFlight);
    const end = timers.now + ms;
    // oxlint-disable-next-line no-await-in-loop -- one timer after the other is what this is about
    while (timers.fireNext(end)) await drain(inFlight);
    timers.now = end;
  }

  return {
    now: () => wallOffset + timers.now,
    monotonic: () => timers.now,
    setTimer: (ms, callback, timerOptions) => timers.set(ms, callback, timerOptions),
    nextTurn: () => inFlight.track(nextTurn()),
    async advance(ms) {
      checked('advance', ms, 0);
      const advanced = last.then(() => run(ms));
      last = advanced.catch(() => undefined);
      await advanced;
    },
    step: (ms) => void (wallOffset += checked('step', ms, -Infinity)),
    suspend: (ms) => void (wallOffset += checked('suspend', ms, 0)),
    track: (promise) => inFlight.track(promise),
    get pending() {
      return timers.size;
    },
    get pendingKeepAlive() {
      return timers.keepAliveSize;
    },
  };
}

/** The last time that a `Date` can say. */
const LAST_TIME = 8.64e15;

function resolveClock(options: ManualClockOptions): Required<ManualClockOptions> {
  const check: OptionChecks = new OptionChecks('manualClock()');
  check.object('options', options, ['startAt', 'preload'] satisfies (keyof ManualClockOptions)[]);
  const { startAt = Date.UTC(2026, 0, 1), preload = [] } = options;
  check.count('startAt', startAt, 0, LAST_TIME);
  check.list('preload', preload, (item, value) => check.callable(item, value));
  return { startAt, preload };
}

function checked(verb: string, ms: number, least: number): number {
  if (Number.isFinite(ms) && ms >= least) return ms;
  const rule =
    least === 0 ? 'a finite number of milliseconds, 0 or more' : 'a finite number of milliseconds';
  throw new RangeError(`Cannot ${verb} the clock as "ms" must be ${rule}: current value is ${ms}`);
}
