import {
  admission,
  afterReport,
  type Breaker,
  halfOpen,
} from '../../packages/core/src/cycle/breaker.ts';
import { verdictOf } from '../../packages/core/src/cycle/breakers.ts';
import type { LoadAnswer } from '../../packages/core/src/cycle/load-task.ts';
import { isLoadError } from '../../packages/core/src/errors.ts';
import { resolveManager } from '../../packages/core/src/options/manager.ts';
import type { BackoffPolicy } from '../../packages/core/src/schedule/backoff.ts';

const FAILURES = resolveManager({}).breakerFailures!;

/** The breaker that each process of a fleet has of its origin: core's, kept for those alone that failed last. */
export class FleetBreakers {
  readonly #breakers = new Map<number, Breaker>();
  readonly #backoff: BackoffPolicy;

  constructor(backoff: BackoffPolicy) {
    this.#backoff = backoff;
  }

  /** Whether a client may ask. */
  admits(client: number, now: number, ownTurnAt: number): boolean {
    const breaker = this.#breakers.get(client);
    const admitted = admission(breaker, { now, pushed: false, ownTurnAt });
    if (admitted === 'probe' && breaker?.kind === 'open')
      this.#breakers.set(client, halfOpen(breaker, now));
    return admitted !== 'skip';
  }

  /** What a client was answered. */
  report(client: number, now: number, answer: LoadAnswer, random: () => number): void {
    const breaker = this.#breakers.get(client);
    const verdict = verdictOf(answer);
    if (breaker === undefined && verdict !== 'trouble') return;
    const retryAfterMs =
      answer.kind === 'failed' && isLoadError(answer.error) ? answer.error.retryAfterMs : undefined;
    const probeOf = breaker?.kind === 'half-open' ? breaker : undefined;
    const after = afterReport(
      breaker,
      { verdict, probeOf, backoff: this.#backoff, retryAfterMs },
      { failures: FAILURES, now, random: random() },
    );
    if (after) this.#breakers.set(client, after);
    else this.#breakers.delete(client);
  }

  /** When a client may ask again; in the past where it may now. */
  opensAt(client: number, ownTurnAt: number): number {
    const breaker = this.#breakers.get(client);
    return breaker?.kind === 'open' ? Math.min(breaker.until, ownTurnAt) : 0;
  }
}
