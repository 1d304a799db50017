import type { EventHub } from './event-hub.ts';
import type { HoldfastEvent } from './events.ts';
import type { Logger } from './ports/logger.ts';

/**
 * Writes events as log lines: one line per change of state or value, and one per refusal of a kind; what repeats at
 * every poll is `debug`. An outage of an hour is two lines.
 *
 * @param describe What is served now and when the next try is.
 */
export function logEvents(
  events: EventHub,
  logger: Logger,
  describe: (config: string) => string,
): void {
  const lastRefusal = new Map<string, string>();
  const write = (level: keyof Logger, event: HoldfastEvent, text: string): void => {
    const { type, config } = event;
    try {
      logger[level](`holdfast: config ${JSON.stringify(config)}: ${text}`, { type, config });
    } catch {
      // a broken logger harms nothing, and there is nowhere else to say it
    }
  };
  events.on('status.changed', (event) => {
    const good = event.state === 'fresh' || event.state === 'closed';
    if (event.state === 'fresh') lastRefusal.delete(event.config);
    const change = `${event.previous} -> ${event.state}; ${describe(event.config)}`;
    write(good ? 'info' : 'warn', event, change);
  });
  events.on('config.changed', (event) =>
    write('info', event, `version ${event.version} (${event.trigger})`),
  );
  events.on('document.refused', (event) => {
    const { message } = event.error;
    const repeated = lastRefusal.get(event.config) === message;
    lastRefusal.set(event.config, message);
    write(repeated ? 'debug' : 'warn', event, `${message}; ${describe(event.config)}`);
  });
  events.on('document.held', (event) =>
    write('info', event, 'an update waits: the limit of updates is reached'),
  );
  events.on('cache.failed', (event) => write('warn', event, event.error.message));
  events.on('listener.failed', (event) => write('error', event, event.error.message));
  events.on('poll.finished', (event) => {
    const { outcome } = event;
    const why =
      outcome.kind === 'failed' ? `: ${outcome.error.message}; ${describe(event.config)}` : '';
    write('debug', event, `poll ${outcome.kind} after ${Math.round(event.durationMs)} ms${why}`);
  });
}
