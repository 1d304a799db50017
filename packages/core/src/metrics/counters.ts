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
  /** By config: the sources that are polled, since a watch asked for it. */
  readonly #pushPolls = new Map<string, Set<string>>();

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
    'poll.started': ({ config, source, trigger }) => {
      if (trigger !== 'push') return;
      const sources = this.#pushPolls.get(config) ?? new Set();
      this.#pushPolls.set(config, sources.add(source));
    },
    'poll.finished': ({ config, source, outcome }) => {
      this.#pushPolls.get(config)?.delete(source);
      this.#ended(config, outcome.kind, errorOf(outcome));
    },
    'document.refused': (event) => {
      if (!this.#isOfPoll(event)) this.#ended(event.config, 'refused', event.error);
    },
    'document.held': (event) => {
      if (!this.#isOfPoll(event)) this.#ended(event.config, 'held');
    },
    'reload.started': ({ config }) => this.#add(this.#attempts, { config }),
    'reload.completed': (event) => {
      const status = event.outcome === 'applied' ? 'accepted' : event.outcome;
      this.#took(event, status);
      // a document that is held is told of as such
      if (!this.#isOfPoll(event) && status !== 'held') this.#ended(event.config, status);
    },
    'reload.failed': (event) => {
      const { config, outcome, error, trigger } = event;
      // nobody was against it: the config was closed
      if (outcome === 'failed') return;
      this.#took(event, outcome);
      this.#add(this.#reloadFailures, { config });
      // a document that is refused is told of as such
      const untold = outcome === 'vetoed' ? !this.#isOfPoll(event) : WITHOUT_DOCUMENT.has(trigger);
      if (untold) this.#ended(config, outcome, error);
    },
    'reload.rolledback': (event) => {
      const { config, error } = event;
      this.#add(this.#reloadFailures, { config });
      if (!this.#isOfPoll(event)) this.#failed(config, error);
    },
    'cache.failed': ({ config, error }) => this.#failed(config, error),
    'watch.changed': ({ config, error }) => error && this.#failed(config, error),
    'listener.failed': ({ config, error }) => this.#failed(config, error),
    'status.changed': ({ config, state }) => {
      if (state === 'closed') this.#pushPolls.delete(config);
    },
  };

  /** A poll tells of its end by itself, also where no reload came of it. */
  #isOfPoll({ config, trigger, source }: Brought): boolean {
    if (trigger !== 'push') return trigger === 'poll' || trigger === 'refresh';
    const sources = this.#pushPolls.get(config);
    return source === undefined ? !!sources?.size : !!sources?.has(source);
  }

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

/** What an event says of what brought it. */
interface Brought {
  readonly config: string;
  readonly trigger: Trigger;
  /** Whose document it is about, where it is about one. */
  readonly source?: string;
}

/** What is wanted is no document of a source, so that no `document.refused` tells of its end. */
const WITHOUT_DOCUMENT: ReadonlySet<Trigger> = new Set([
  'override',
  'expiry',
  'rollback',
  'import',
]);

function errorOf(outcome: Outcome): HoldfastError | undefined {
  return 'error' in outcome ? outcome.error : undefined;
}
