import type { EventType, HoldfastEvent } from './events.ts';
import { isThenable } from './lazy-base.ts';
import type { Logger } from './ports/logger.ts';

/** A log line. */
interface Line {
  readonly level: keyof Logger;
  readonly text: string;
}

/** What each event is as a log line; `served` says what is served now and when the next try is. */
const LINES: { readonly [K in EventType]?: (event: HoldfastEvent<K>, served: string) => Line } = {
  'status.changed': ({ state, previous, error }, served) => ({
    level: state === 'fresh' || state === 'closed' ? 'info' : 'warn',
    text: `${previous} -> ${state}${error ? `: ${error.message}` : ''}; ${served}`,
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
  'listener.failed': ({ error }) => ({ level: 'error', text: error.message }),
  'poll.finished': ({ outcome, durationMs }, served) => ({
    level: 'debug',
    text:
      outcome.kind === 'failed'
        ? `poll failed after ${Math.round(durationMs)} ms: ${outcome.error.message}; ${served}`
        : `poll ${outcome.kind} after ${Math.round(durationMs)} ms`,
  }),
};

/**
 * Writes events as log lines: one line per change of state or value, and one per refusal of a kind; what repeats at
 * every poll is `debug`. An outage of an hour is two lines.
 */
export class EventLog {
  readonly #logger: Logger;
  readonly #served: (config: string) => string;
  /** The last refusal of each config since its last recovery. */
  readonly #refusals = new Map<string, string>();

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
    const line = `holdfast: config ${JSON.stringify(config)}: ${text}`;
    try {
      const result: unknown = this.#logger[this.#repeats(event) ? 'debug' : level](line, {
        type,
        config,
      });
      if (isThenable(result)) result.then(undefined, () => {});
    } catch {
      // a broken logger harms nothing, and there is nowhere else to say it
    }
  }

  #repeats(event: HoldfastEvent): boolean {
    if (event.type === 'status.changed' && event.state === 'fresh')
      this.#refusals.delete(event.config);
    if (event.type !== 'document.refused') return false;
    const { message } = event.error;
    const repeated = this.#refusals.get(event.config) === message;
    this.#refusals.set(event.config, message);
    return repeated;
  }
}
