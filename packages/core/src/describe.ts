import type { Config } from './config.ts';
import type { HoldfastEvent } from './events.ts';
import { HoldfastError } from './lazy-base.ts';
import { lowest } from './state/readiness.ts';
import type { Status } from './state/status.ts';
import { statusOf } from './status-of.ts';

/** What is served, for people: `serving version 3 from the cache`. */
function describeServed({ version, sources }: Status): string {
  if (version === 0) return 'there is no value to serve';
  // of what there is: that a source has nothing does not make the rest the defaults
  const from = lowest(sources.map((source) => ({ ...source, required: false })));
  const age = Math.max(...sources.map(({ ageMs = 0 }) => ageMs));
  const confirmed = age < 1_000 ? '' : `, confirmed ${inWords(age)} ago`;
  const lacking = sources.filter((source) => !source.optional && source.from === 'defaults');
  const names = lacking.map(({ name }) => name).join(', ');
  const without = from === 'defaults' || names === '' ? '' : `, without a document of ${names}`;
  return `serving version ${version} from the ${from}${confirmed}${without}`;
}

/** A duration for people: `84 s`, `7 min`, `3 h`. */
function inWords(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}

/** A wait for people: `4.2 s`. */
export function inSeconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

/**
 * When the next poll is, for people: `next try in 84 s (backoff)`.
 *
 * @param opening The cache is being read, and had nothing that could be used.
 */
function describeNext({ state, paused, sources }: Status, now: number, opening: boolean): string {
  if (state === 'closed') return 'closed';
  if (paused) return 'paused';
  const next = sources[0]?.next;
  if (next === undefined) return opening ? 'its source is asked at once' : 'a try is under way';
  const ms = Math.max(0, next.at - now);
  if (next.because === 'start')
    return ms > 0 ? `first poll in ${inSeconds(ms)}` : 'the first poll begins';
  const why = next.because === 'slow' ? 'slow: somebody has to mend it' : next.because;
  const waits = state !== 'fresh' && next.because !== 'push';
  const sooner = next.watched && waits ? ', sooner when its watch tells of a change' : '';
  return `next try in ${inSeconds(ms)} (${why})${sooner}`;
}

/** What is served, and when the next try is, as of this wall-clock time in milliseconds. */
function describeState(status: Status, now: number, opening = false): string {
  return `${describeServed(status)}; ${describeNext(status, now, opening)}`;
}

/** The same as of an event. */
export function describeAt(event: HoldfastEvent, status: Status): string {
  // the poll that changed it is not over: when the next one is, is still open
  if (event.type === 'breaker.changed') return describeServed(status);
  const opening = 'trigger' in event && event.trigger === 'cache';
  return describeState(status, event.at, opening);
}

/** Why there is no value, where nothing failed. */
function whySilent({ paused, sources, policy, state }: Config): string {
  if (paused) return 'its polls are paused';
  const settled = sources.length > 0 && sources.every((source) => source.settled);
  if (!settled || state.snapshot !== undefined) return 'its source has not answered yet';
  if (state.waiting.some((waiting) => waiting?.kind === 'barred'))
    return 'what its source has is pinned away: unpin() lets it in';
  const advice =
    policy.defaults === undefined ? ', and it has no defaults: give some, {} will do' : '';
  return `all its sources are empty${advice}`;
}

/** What `ready()` rejects with when there is no value in time: what went wrong, what is served, when the next try is. */
export function readyTimeout(
  config: Config,
  { wanted, timeoutMs }: { wanted: 'any' | 'origin'; timeoutMs: number },
): HoldfastError {
  const note = config.lastFailure;
  const what = wanted === 'origin' ? 'was not confirmed by its source' : 'has no value';
  const why = `: ${note?.error.message ?? whySilent(config)}`;
  const { defaultsRefused } = config.state;
  const alone = defaultsRefused
    ? `; its defaults alone are no whole value: the value ${defaultsRefused.message}`
    : '';
  const text = `Config ${JSON.stringify(config.policy.name)} ${what} after ${timeoutMs} ms${why}${alone}`;
  return new HoldfastError(
    'READY_TIMEOUT',
    `${text}; ${describeState(statusOf(config), config.context.clock.now())}`,
    {
      cause: note?.error,
    },
  );
}
