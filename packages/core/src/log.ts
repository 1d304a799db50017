import type { HoldfastError } from './errors.ts';
import type { EventType, HoldfastEvent } from './events.ts';
import type { Change } from './document/leaves.ts';
import { formatPath, isLoadError, isThenable, visible } from './lazy-base.ts';
import { Outages } from './outages.ts';
import type { Logger } from './ports/logger.ts';
import type { Status, StatusState } from './state/status.ts';
import { describeAt, inSeconds } from './describe.ts';

/** Within one outage, what was told is not told again for so long: a source that flaps must not flood the log. */
const WINDOW_MS = 3_600_000;

/** A log line. */
interface Line {
  readonly level: keyof Logger;
  readonly text: string;
}

const STATE_LEVELS = {
  starting: 'info',
  fresh: 'info',
  stale: 'warn',
  fallback: 'warn',
  expired: 'warn',
  closed: 'debug',
} as const;

/** States that take a while to come: to tell of each of them cannot flood a log. */
const LASTING: ReadonlySet<StatusState> = new Set(['fallback', 'expired']);

/** It opens and probes again and again while an origin is down. */
const BREAKER_LEVELS = { open: 'warn', closed: 'info', 'half-open': 'debug' } as const;

/** How an override ended, and who follows: where its time was over, nobody ended it. */
const ENDS = {
  cleared: 'is cleared by',
  expired: 'came to its end; it was set by',
  rollback: 'went with a rollback by',
  import: 'went with an import by',
} as const;

/** What each event is as a log line; `served` says what is served now and when the next try is. */
const LINES: { readonly [K in EventType]?: (event: HoldfastEvent<K>, served: string) => Line } = {
  'status.changed': ({ state, previous, error }, served) => ({
    // what the cache had is stale until the first poll, and nothing is wrong with that
    level: previous === 'starting' && state === 'stale' && !error ? 'info' : STATE_LEVELS[state],
    text: `${previous} -> ${state}${error ? `: ${error.message}` : ''}; ${served}`,
  }),
  'config.changed': ({ version, trigger, changes }) => ({
    level: 'info',
    // the first value is new as a whole
    text: `version ${version} is in force (${trigger})${version > 1 ? `: ${listed(changes)}` : ''}`,
  }),
  'config.warned': ({ message }) => ({ level: 'warn', text: message }),
  'document.refused': ({ error }, served) => ({
    level: 'warn',
    text: `${error.message}; ${served}`,
  }),
  'document.held': ({ until }) => ({
    level: 'info',
    text: `an update waits: ${until === undefined ? 'the config is pinned' : 'the limit of updates is reached'}`,
  }),
  // what was refused is told by `document.refused`, or by the operator's own call
  // and that an override stays beyond its end, by `config.warned`
  'reload.failed': ({ error, trigger }, served) => ({
    level: error.code === 'VETOED' && trigger !== 'expiry' ? 'warn' : 'debug',
    text: `an update was not applied: ${error.message}; ${served}`,
  }),
  'reload.rolledback': ({ error, version }) => ({
    level: 'error',
    text: `an update was taken back, which is version ${version}: ${error.message}`,
  }),
  'override.set': ({ id, paths, by, reason, expiresAt }) => ({
    level: 'info',
    text: `override ${id} of ${some(paths)} by ${by}: ${reason}${expiresAt === undefined ? '' : `, until ${new Date(expiresAt).toISOString()}`}`,
  }),
  'override.cleared': ({ id, because, by, reason }) => ({
    level: 'info',
    text: `override ${id} ${ENDS[because]} ${by}: ${reason}`,
  }),
  'history.rolledback': ({ from, to, by, reason }) => ({
    level: 'info',
    text: `from version ${from} back to version ${to} by ${by}: ${reason}`,
  }),
  'pin.changed': ({ pinned, by, reason }) => ({
    level: 'info',
    text: `${pinned === 'nothing' ? 'unpinned' : `pinned (${pinned})`} by ${by}: ${reason}`,
  }),
  'cache.failed': ({ error }) => ({ level: 'warn', text: error.message }),
  'audit.failed': ({ error }) => ({ level: 'warn', text: error.message }),
  'listener.failed': ({ error, config }) => ({
    level: 'error',
    // the line names the config already
    text: withoutStart(error.message, `Config ${JSON.stringify(config)}: `),
  }),
  'breaker.changed': ({ origin, state, until, at }, served) => {
    const text = `the circuit breaker of ${origin} is ${state}`;
    const why =
      until === undefined
        ? ''
        : `: it failed again and again, and is not asked for ${inSeconds(until - at)}; ${served}`;
    return { level: BREAKER_LEVELS[state], text: `${text}${why}` };
  },
  'watch.changed': ({ source, state, error, until = 0, at }, served) => {
    const watch = `the watch of ${source}`;
    if (state === 'connected') return { level: 'info', text: `${watch} is connected` };
    const again = `watched again in ${inSeconds(until - at)}`;
    const why = error ? `is down: ${error.message}` : 'has ended';
    return { level: error ? 'warn' : 'debug', text: `${watch} ${why}; ${again}; ${served}` };
  },
  'poll.finished': ({ source, outcome, durationMs }, served) => {
    const took = `after ${Math.round(durationMs)} ms`;
    if (outcome.kind !== 'failed')
      return { level: 'debug', text: `poll of ${source}: ${outcome.kind} ${took}` };
    const { code, message } = outcome.error;
    return code === 'BREAKER_OPEN'
      ? { level: 'debug', text: `not asked: ${message}; ${served}` }
      : { level: 'warn', text: `poll failed ${took}: ${message}; ${served}` };
  },
};

function withoutStart(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : text;
}

/** More paths than these help nobody. */
const PATHS_SHOWN = 5;

/** `changed pool.size, added pool.hosts.2`: paths alone, since values may be secrets. */
function listed(changes: readonly Change[]): string {
  const more = changes.length - PATHS_SHOWN;
  const shown = changes.slice(0, PATHS_SHOWN);
  return some(
    shown.map(({ kind, path }) => `${kind} ${formatPath(path)}`),
    more,
  );
}

/** The first of them, and how many more there are. */
function some(texts: readonly string[], more: number = texts.length - PATHS_SHOWN): string {
  return `${texts.slice(0, PATHS_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/**
 * Writes events as log lines: one line per change of state or value, per refusal and per cause of a failure. What was
 * told within the last hour is `debug`, but for what begins and ends an outage. A new one is told from its beginning, and one
 * that follows within the hour once it lasts for a minute: what flaps must not flood the log.
 */
export class EventLog {
  readonly #logger: Logger;
  /** Of each config: what was told, and when. */
  readonly #told = new Map<string, Map<string, number>>();
  readonly #outages = new Outages(WINDOW_MS);

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @param status Of the config, as it was when the event came: the line may be written later. */
  write(event: HoldfastEvent, status: Status | undefined): void {
    const { type, config } = event;
    const describe = LINES[type] as ((event: HoldfastEvent, served: string) => Line) | undefined;
    if (describe === undefined) return;
    const { level, text } = describe(event, status ? describeAt(event, status) : 'unregistered');
    const error = troubleOf(event);
    // what the audit sink does is of no config
    const of = config === '' ? '' : `config ${JSON.stringify(config)}: `;
    // keys, reasons and messages come from outside: none of them may end the line, and begin another one
    const line = visible(`holdfast: ${of}${text}`);
    try {
      const log = this.#isNews(event, error) ? level : 'debug';
      const result: unknown = this.#logger[log](line, { type, config, ...fieldsOf(type, error) });
      if (isThenable(result)) result.then(undefined, () => {});
    } catch {
      // a broken logger harms nothing, and there is nowhere else to say it
    }
  }

  /** Whether the same was not told of this config within the window. */
  #isNews(event: HoldfastEvent, error: HoldfastError | undefined): boolean {
    const { config, at } = event;
    if (event.type === 'status.changed' && LASTING.has(event.previous)) this.#told.delete(config);
    if (event.type === 'breaker.changed') {
      const turn =
        event.state === 'open' ? 'begins' : event.state === 'closed' ? 'ends' : undefined;
      // of an origin, not of each config that shares it
      return this.#outages.isNews(event.origin, at, turn);
    }
    if (event.type === 'watch.changed') {
      const turn = event.state === 'connected' ? 'ends' : event.error && 'begins';
      return this.#outages.isNews(watchOf(config, event.source), at, turn);
    }
    const news = newsOf(event, error);
    const isStatus = event.type === 'status.changed';
    if (news === undefined && !isStatus) return true;
    const told = this.#told.get(config) ?? new Map<string, number>();
    for (const [what, when] of told) if (at - when > WINDOW_MS) told.delete(what);
    const isNew = news === undefined || !told.has(news);
    if (isNew && news !== undefined) told.set(news, at);
    // its line says the cause, too
    if (isNew && isStatus && error) told.set(causeOf(error), at);
    if (isStatus && event.state === 'closed') this.#forget(config);
    else this.#told.set(config, told);
    return isNew;
  }

  /** The config was closed. */
  #forget(config: string): void {
    this.#told.delete(config);
    this.#outages.forget(watchOf(config, ''));
  }
}

function watchOf(config: string, source: string): string {
  return `watch ${JSON.stringify(config)} ${source}`;
}

/** What an event says that the next poll may say again; nothing for what is told each time. */
function newsOf(event: HoldfastEvent, error: HoldfastError | undefined): string | undefined {
  if (event.type === 'status.changed') {
    const { previous, state } = event;
    const lasts = LASTING.has(previous) || LASTING.has(state);
    return lasts ? undefined : `${previous} -> ${state}`;
  }
  if (event.type === 'document.held') return event.until === undefined ? 'pinned' : 'limited';
  if (event.type === 'reload.failed') return `not applied: ${error?.message}`;
  if (event.type === 'document.refused') return error?.message;
  if (event.type !== 'poll.finished' || error === undefined) return undefined;
  return causeOf(error);
}

/** The line says what went wrong, so its error would only print its stack; but what listeners throw is the application's. */
function fieldsOf(type: EventType, error: HoldfastError | undefined): Record<string, unknown> {
  if (error === undefined) return {};
  return type === 'listener.failed' ? { error } : { code: error.code };
}

function causeOf(error: HoldfastError): string {
  if (error.code === 'BREAKER_OPEN') return error.code;
  return isLoadError(error) ? `${error.failure} ${error.status}` : error.message;
}

function troubleOf(event: HoldfastEvent): HoldfastError | undefined {
  if (event.type === 'poll.finished') {
    return event.outcome.kind === 'failed' ? event.outcome.error : undefined;
  }
  return 'error' in event ? event.error : undefined;
}
