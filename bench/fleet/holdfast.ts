import type { LoadAnswer } from '../../packages/core/src/cycle/load-task.ts';
import { HoldfastError, LoadError } from '../../packages/core/src/errors.ts';
import { OptionCheck } from '../../packages/core/src/options/check.ts';
import {
  type PollingOptions,
  type PollingPolicy,
  resolvePolling,
} from '../../packages/core/src/options/polling.ts';
import type { Outcome } from '../../packages/core/src/outcome.ts';
import { afterPoll } from '../../packages/core/src/schedule/after-poll.ts';
import { firstWait } from '../../packages/core/src/schedule/first-wait.ts';
import { longestWait } from '../../packages/core/src/schedule/longest-wait.ts';
import { nextPollAt } from '../../packages/core/src/schedule/next-poll.ts';
import { nextWait } from '../../packages/core/src/schedule/next-wait.ts';
import { afterRequest } from '../../packages/core/src/schedule/request-bound.ts';
import { type Health, newborn } from '../../packages/core/src/state/health.ts';
import { FleetBreakers } from './fleet-breakers.ts';
import { type Answer, RETRY_AFTER_MS, type Schedule } from './simulate.ts';

const busy = new LoadError('503', { status: 503, retryAfterMs: RETRY_AFTER_MS });
const ANSWERS: Readonly<Record<Answer, LoadAnswer & Outcome>> = {
  fine: { kind: 'unchanged' },
  down: { kind: 'failed', error: new LoadError('connection refused', { failure: 'connect' }) },
  busy: { kind: 'failed', error: busy },
};
const SKIPPED: Outcome = {
  kind: 'failed',
  error: new HoldfastError('BREAKER_OPEN', 'the breaker is open'),
};
/** What `succeeded` of a client's health is. */
const SUCCEEDED = [undefined, false, true] as const;

/** What a fleet of ours is made of. */
export interface FleetOptions {
  readonly clients: number;
  /** Chance: of all clients, or of each by itself. */
  readonly random: (client: number) => () => number;
  /** How long ago the document in the disk cache was confirmed, in milliseconds; absent where there is none. */
  readonly cachedAgeMs?: (client: number) => number;
  /** @default {the defaults: a minute} */
  readonly polling?: PollingOptions;
}

/**
 * Clients as `Source` and `Poll` of core make them, each a process with one config: the same pure functions, in the same
 * order, of the same state. `fleet.test.ts` holds this to real configs, poll by poll.
 */
export class HoldfastFleet implements Schedule {
  readonly #options: FleetOptions;
  readonly #policy: PollingPolicy;
  readonly #breakers: FleetBreakers;
  readonly #level: Uint8Array;
  /** Index into `SUCCEEDED`. */
  readonly #succeeded: Uint8Array;
  /** The first poll was put off by chance: 0 or 1. */
  readonly #atPhase: Uint8Array;
  readonly #notBefore: Float64Array;
  readonly #askedAt: Float64Array;

  constructor(options: FleetOptions) {
    const { clients, polling = {} } = options;
    this.#options = options;
    this.#policy = resolvePolling(polling, new OptionCheck('a fleet'), 'polling');
    this.#breakers = new FleetBreakers(this.#policy);
    this.#level = new Uint8Array(clients);
    this.#succeeded = new Uint8Array(clients);
    this.#atPhase = new Uint8Array(clients);
    this.#notBefore = new Float64Array(clients);
    this.#askedAt = new Float64Array(clients);
  }

  start(client: number, now: number): number {
    const { random, cachedAgeMs } = this.#options;
    this.#askedAt[client] = now;
    const confirmedAt = cachedAgeMs && now - cachedAgeMs(client);
    const facts = { policy: this.#policy, now, random: random(client) };
    const wait = firstWait({ ...newborn, confirmedAt }, facts);
    this.#atPhase[client] = Number(wait > 0);
    return wait;
  }

  asks(client: number, now: number): boolean {
    const { minIntervalMs } = this.#policy;
    this.#notBefore[client] = afterRequest(this.#notBefore[client]!, now, minIntervalMs);
    return this.#breakers.admits(client, now, this.#ownTurnAt(client));
  }

  skip(client: number, now: number): number {
    return this.#next(client, now, SKIPPED, this.#healthOf(client), true);
  }

  answered(client: number, now: number, answer: Answer): number {
    const given = ANSWERS[answer];
    this.#breakers.report(client, now, given, this.#options.random(client));
    const health = afterPoll(this.#healthOf(client), given, { now, wall: now });
    this.#askedAt[client] = now;
    const at = this.#next(client, now, given, health, false);
    this.#level[client] = health.level;
    this.#succeeded[client] = SUCCEEDED.indexOf(health.succeeded);
    return at;
  }

  #next(client: number, now: number, outcome: Outcome, health: Health, skipped: boolean): number {
    const policy = this.#policy;
    const random = this.#options.random(client);
    const first = this.#succeeded[client] === 0 && this.#atPhase[client] === 0;
    const facts = { policy, health, hints: undefined, watched: false, first, now };
    const wait = nextWait(outcome, facts, random());
    const opensAt = this.#breakers.opensAt(client, this.#ownTurnAt(client));
    const { at } = nextPollAt(wait, { policy, now, opensAt, skipped, random });
    return Math.max(at, this.#notBefore[client]!);
  }

  #ownTurnAt(client: number): number {
    return this.#askedAt[client]! + 2 * longestWait(this.#policy);
  }

  /** Without what no schedule depends on as long as nothing changes. */
  #healthOf(client: number): Health {
    const succeeded = SUCCEEDED[this.#succeeded[client]!];
    return { ...newborn, level: this.#level[client]!, succeeded };
  }
}
