import type { Config } from './config.ts';
import { readinessOf } from './readiness-of.ts';
import { readyTimeout } from './describe.ts';
import {
  checkOf,
  Delay,
  HoldfastError,
  isInvalidated,
  noticeRead,
  MAX_WAIT_MS,
  type OptionCheck,
} from './lazy-base.ts';
import { Wakeup } from './wakeup.ts';
import type { Source } from './polling/source.ts';
import { type ReadinessFacts, readiness } from './state/readiness.ts';
import type { Provenance } from './state/status.ts';

/** With this module, so that whoever has awaited `ready()` can call `with()`. */
export { withOverrides } from './overlaid-view.ts';

/** How `ready()` waits. */
export interface ReadyOptions {
  /** `origin`: only a confirmation by the source will do. @default {'any'} */
  readonly from?: 'any' | 'origin';
  /** Longest wait in milliseconds, 0 to 2 147 483 647. @default {readyTimeoutMs of the config} */
  readonly timeoutMs?: number;
}

/** What `ready()` of a handle does. */
export async function waitUntilReady(
  config: Config,
  options: ReadyOptions,
): Promise<{ readonly from: Provenance }> {
  const terms = readyTerms(config, options);
  const { wanted, timeoutMs } = terms;
  const { clock, scheduler } = config.context;
  const wakeup = new Wakeup();
  let timedOut = false;
  const timeout = new Delay(scheduler, () => {
    timedOut = true;
    wakeup.wake();
  }).start(clock.monotonic() + timeoutMs);
  const off = config.onSettled.add(wakeup.wake);
  noticeRead(config);
  // not waited for: what it takes to load our code counts against the time-out, too
  const asked = new Set<unknown>();
  const ask = (): void => askSources(config, asked, (source) => isDue(config, source, wanted));
  if (config.feeding) void config.feeding.try().then(ask);
  else ask();
  try {
    for (;;) {
      const { policy, closed } = config;
      if (closed)
        throw new HoldfastError('CLOSED', `Config ${JSON.stringify(policy.name)} is closed`);
      const facts = readinessFacts(config);
      const from = readiness(timedOut ? { ...facts, recent: true } : facts, wanted);
      if (from) return { from };
      if (timedOut) throw readyTimeout(config, terms);
      await wakeup.sleep();
      // the poll that was asked for may have begun too early
      askSources(config, asked);
    }
  } finally {
    timeout.cancel();
    off();
  }
}

/** Whoever wants the origin does not want to wait for the schedule, which does not come where a config was paused before. */
function isDue({ paused }: Config, { settled }: Source, wanted: 'any' | 'origin'): boolean {
  return wanted === 'origin' || (paused && !settled);
}

/** Asks the sources that are due, and for each invalidation once more. @param asked Invalidations that were asked for. */
function askSources(
  { sources }: Config,
  asked: Set<unknown>,
  isAlsoDue: (source: Source) => boolean = () => false,
): void {
  for (const source of sources) {
    const { doubted } = source.health;
    const isNews = isInvalidated(source) && !asked.has(doubted);
    asked.add(doubted);
    if (isNews || isAlsoDue(source)) void source.refresh();
  }
}

function readyTerms({ policy }: Config, options: ReadyOptions) {
  const check: OptionCheck = checkOf(policy, 'ready');
  check.object('options', options, ['from', 'timeoutMs'] satisfies (keyof ReadyOptions)[]);
  const { from: wanted = 'any', timeoutMs = policy.readyTimeoutMs } = options;
  if (wanted !== 'any' && wanted !== 'origin')
    throw check.fail('from', '"any" or "origin"', wanted);
  check.range('timeoutMs', timeoutMs, 0, MAX_WAIT_MS);
  return { wanted, timeoutMs };
}

function readinessFacts(config: Config): ReadinessFacts {
  const { sources } = config;
  const recent = sources.map(
    // it stays put off where it is paused, whatever is said meanwhile
    ({ index, putOff, health }) =>
      config.documentOf(index) !== undefined && putOff && !health.doubted,
  );
  const required = sources.filter(({ policy }) => !policy.optional);
  return {
    hasValue: config.snapshot !== undefined,
    // whoever has a recent document needs not be waited for
    sources: readinessOf(config).map((one, i) => ({ ...one, settled: one.settled || recent[i]! })),
    // optional sources of which the cache knew nothing are not waited for, either
    recent:
      required.length > 0 &&
      required.every(({ index, health }) => recent[index] && !health.confirmed),
  };
}
