import type { HoldfastError } from './errors.ts';
import type { EventType, HoldfastEvent } from './events.ts';
import { isLoadError, isThenable } from './lazy-base.ts';
import type { Logger } from './ports/logger.ts';
import type { StatusState } from './state/status.ts';

/** A log line. */
interface Line {
  readonly level: keyof Logger;
  readonly text: string;
}

/** What each event is as a log line; `served` says what is served now and when the next try is. */
const LINES: { readonly [K in EventType]?: (event: HoldfastEvent<K>, served: string) => Line } = {
  'status.changed': ({ state, previous, error }, served) => ({
    level: state === 'fresh' || state === 'closed' ? 'info' : 'warn',
    // a refusal has a line of its own
    text: `${previous} -> ${state}${isLoadError(error) ? `: ${error.message}` : ''}; ${served}`,
  }),
  'config.changed': ({ version, trigger }) => ({
    level: 'info',
    text: `version ${version} (${trigger})`,
  }),
  'config.warned': ({ message }) => ({ level: 'warn', text: message }),
  'document.refused': ({ error }, served) => ({
    level: 'warn',
    text: `${error.message}; ${served}`,
  }),
  'document.held': () => ({
    level: 'info',
    text: 'an update waits: the limit of updates is reached',
  }),
  'cache.failed': ({ error }) => ({ level: 'warn', text: error.message }),
  'listener.failed': ({ error }) => ({
    level: 'error',
    // the line names the config already
    text: error.message.replace(/^Config "[^"]*": /, ''),
  }),
  'poll.finished': ({ outcome, durationMs }, served) =>
    outcome.kind === 'failed'
      ? {
          level: 'warn',
          text: `poll failed after ${Math.round(durationMs)} ms: ${outcome.error.message}; ${served}`,
        }
      : { level: 'debug', text: `poll ${outcome.kind} after ${Math.round(durationMs)} ms` },
};

/**
 * Writes events as log lines: one line per change of state or value, one per refusal or cause of failure that was not
 * told yet; what repeats at every poll is `debug`. An outage of an hour is two lines.
 */
export class EventLog {
  readonly #logger: Logger;
  readonly #served: (config: string) => string;
  /** What was last told to be wrong with each config, until it recovers. */
  readonly #told = new Map<string, string>();

  /** @param served Says what is served now and when the next try is. */
  constructor(logger: Logger, served: (config: string) => string) {
    this.#logger = logger;
    this.#served = served;
  }

  write(event: HoldfastEvent): void {
    const { type, config } = event;
    const describe = LINES[type] as ((event: HoldfastEvent, served: string) => Line) | undefined;
    if (describe === undefined) return;
    const { level, text } = describe(event, this.#served(config));
    const error = troubleOf(event);
    const line = `holdfast: config ${JSON.stringify(config)}: ${text}`;
    try {
      const log = this.#isNews(event, error) ? level : 'debug';
      const result: unknown = this.#logger[log](line, { type, config, ...(error && { error }) });
      if (isThenable(result)) result.then(undefined, () => {});
    } catch {
      // a broken logger harms nothing, and there is nowhere else to say it
    }
  }

  #isNews(event: HoldfastEvent, error: HoldfastError | undefined): boolean {
    const { config } = event;
    const recovered = event.type === 'status.changed' && RECOVERED.has(event.state);
    if (recovered) this.#told.delete(config);
    if (recovered || error === undefined || !POLLED.has(event.type)) return true;
    // a change of state tells of failures; a refusal has a line of its own
    if (event.type === 'status.changed' && !isLoadError(error)) return true;
    const trouble = isLoadError(error) ? `${error.failure} ${error.status}` : error.message;
    const isNew = this.#told.get(config) !== trouble;
    this.#told.set(config, trouble);
    return isNew || event.type === 'status.changed';
  }
}

const RECOVERED: ReadonlySet<StatusState> = new Set(['fresh', 'closed']);
/** Events that may say the same at every poll. */
const POLLED: ReadonlySet<EventType> = new Set([
  'status.changed',
  'document.refused',
  'poll.finished',
]);

function troubleOf(event: HoldfastEvent): HoldfastError | undefined {
  if (event.type === 'poll.finished') {
    return event.outcome.kind === 'failed' ? event.outcome.error : undefined;
  }
  return 'error' in event ? event.error : undefined;
}
