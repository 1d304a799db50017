import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api';
import type { HoldfastError } from '../errors.ts';
import type { HoldfastEvent, Unsubscribe } from '../events.ts';
import type { Outcome, Trigger } from '../outcome.ts';
import type { Guard } from './guard.ts';
import { listen, type Listeners, type Listening } from './listen.ts';
import { reasonOf } from './reason.ts';

type Status = Outcome['kind'];

const STATUSES = [
  'accepted',
  'unchanged',
  'refused',
  'held',
  'vetoed',
  'failed',
] satisfies Status[];

/** In seconds: a reload without participants takes milliseconds, each participant may take five seconds. */
const BOUNDARIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The counters and the histogram, and what each event adds to them. */
export class EventCounters {
  readonly #guard: Guard;
  readonly #updates: Counter | undefined;
  readonly #failures: Counter | undefined;
  readonly #attempts: Counter | undefined;
  readonly #reloadFailures: Counter | undefined;
  readonly #duration: Histogram | undefined;
  /** Configs whose counters were begun. */
  readonly #begun = new Set<string>();

  constructor(meter: Meter | undefined, guard: Guard) {
    this.#guard = guard;
    const counter = (name: string, description: string): Counter | undefined =>
      guard.call(() => meter?.createCounter(name, { description }));
    this.#updates = counter(
      'config_updates_total',
      'Polls, and whatever else would change the config (pushes, operators, the cache), by what came of them.',
    );
    this.#failures = counter(
      'config_failures_total',
      'What went wrong: polls, documents, participants, caches, listeners; by error code or kind of failure.',
    );
    this.#attempts = counter('reload_attempts_total', 'Attempts to put another value in force.');
    this.#reloadFailures = counter(
      'reload_failures_total',
      'Attempts to put another value in force that were refused, vetoed, or taken back by a health check.',
    );
    this.#duration = guard.call(() =>
      meter?.createHistogram('config_reload_duration_seconds', {
        description: 'How long attempts to put another value in force took, by how they ended.',
        unit: 's',
        advice: { explicitBucketBoundaries: BOUNDARIES },
      }),
    );
  }

  /** Puts the counters of a config at 0, unless that was done. */
  begin(config: string): void {
    if (this.#begun.has(config)) return;
    this.#begun.add(config);
    for (const status of STATUSES) this.#add(this.#updates, { config, status }, 0);
    this.#add(this.#attempts, { config }, 0);
    this.#add(this.#reloadFailures, { config }, 0);
  }

  listenTo(manager: Listening): Unsubscribe[] {
    return listen(manager, this.#guard, this.#listeners);
  }

  readonly #listeners: Listeners = {
    'poll.finished': ({ config, outcome }) => this.#ended(config, outcome.kind, errorOf(outcome)),
    'document.refused': ({ config, trigger, error }) => {
      if (!isOfPoll(trigger)) this.#ended(config, 'refused', error);
    },
    'document.held': ({ config, trigger }) => {
      if (!isOfPoll(trigger)) this.#ended(config, 'held');
    },
    'reload.started': ({ config }) => this.#add(this.#attempts, { config }),
    'reload.completed': (event) => {
      const status = event.outcome === 'applied' ? 'accepted' : event.outcome;
      this.#took(event, status);
      // a document that is held is told of as such
      if (!isOfPoll(event.trigger) && status !== 'held') this.#ended(event.config, status);
    },
    'reload.failed': (event) => {
      const { config, outcome, error, trigger } = event;
      // nobody was against it: the config was closed
      if (outcome === 'failed') return;
      this.#took(event, outcome);
      this.#add(this.#reloadFailures, { config });
      // a document that is refused is told of as such
      const untold = outcome === 'vetoed' ? !isOfPoll(trigger) : WITHOUT_DOCUMENT.has(trigger);
      if (untold) this.#ended(config, outcome, error);
    },
    'reload.rolledback': ({ config, trigger, error }) => {
      this.#add(this.#reloadFailures, { config });
      if (!isOfPoll(trigger)) this.#failed(config, error);
    },
    'cache.failed': ({ config, error }) => this.#failed(config, error),
    'watch.changed': ({ config, error }) => error && this.#failed(config, error),
    'listener.failed': ({ config, error }) => this.#failed(config, error),
  };

  #ended(config: string, status: Status, error?: HoldfastError): void {
    this.#add(this.#updates, { config, status });
    if (error) this.#failed(config, error);
  }

  #failed(config: string, error: HoldfastError): void {
    this.#add(this.#failures, { config, reason: reasonOf(error) });
  }

  #took(
    { config, durationMs }: HoldfastEvent<'reload.completed' | 'reload.failed'>,
    result: Status,
  ): void {
    this.#guard.call(() => this.#duration?.record(durationMs / 1000, { config, result }));
  }

  #add(counter: Counter | undefined, labels: Attributes, count = 1): void {
    this.#guard.call(() => counter?.add(count, labels));
  }
}

/** What is wanted is no document of a source, so that no `document.refused` tells of its end. */
const WITHOUT_DOCUMENT: ReadonlySet<Trigger> = new Set([
  'override',
  'expiry',
  'rollback',
  'import',
]);

/** A poll tells of its end by itself, also where no reload came of it. */
function isOfPoll(trigger: Trigger): boolean {
  return trigger === 'poll' || trigger === 'refresh';
}

function errorOf(outcome: Outcome): HoldfastError | undefined {
  return 'error' in outcome ? outcome.error : undefined;
}
