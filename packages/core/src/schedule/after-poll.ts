import type { Outcome } from '../outcome.ts';
import { type Health, isInvalidated, troubled } from '../state/health.ts';

/** When an outcome came about. */
export interface OutcomeTimes {
  /** Monotonic. */
  readonly now: number;
  /** Wall clock. */
  readonly wall: number;
  /** How long ago the source vouched for its answer, where caches stand between it and us. @default {0} */
  readonly ageMs?: number | undefined;
  /** What was doubted when the source was asked: an answer settles no doubt that came later. @default {false} */
  readonly doubted?: Health['doubted'];
}

/** More changes than these in an hour make no difference to any interval. */
const CHANGES_KEPT = 5;
const HOUR_MS = 3_600_000;

/** How it goes with a source after an outcome; pure. */
export function afterPoll(health: Health, outcome: Outcome, times: OutcomeTimes): Health {
  const { now, wall } = times;
  const isLate = isLateFor(health, times.doubted);
  // a loader may say anything: false for NaN too
  const vouchedAt = now - (times.ageMs !== undefined && times.ageMs > 0 ? times.ageMs : 0);
  switch (outcome.kind) {
    case 'failed':
      return { ...troubled(health, outcome.error, wall), level: health.level + 1 };
    case 'refused':
    case 'vetoed':
      return troubled(health, outcome.error, wall);
    case 'unchanged':
    case 'held':
    case 'accepted':
      return {
        // the first success keeps the level, so that a source which fails every other time stays backed off
        level: health.succeeded === false ? health.level : 0,
        troubles: 0,
        succeeded: true,
        changeTimes:
          outcome.kind === 'accepted' && outcome.changed ? noted(health, now) : health.changeTimes,
        // an older answer that says the same takes nothing away
        confirmedAt:
          outcome.kind === 'unchanged'
            ? Math.max(vouchedAt, health.confirmedAt ?? vouchedAt)
            : vouchedAt,
        confirmed: !isLate,
        doubted: isLate && health.doubted,
        lastSuccessAt: wall,
        lastFailure: undefined,
      };
  }
}

/** Whether what is known was invalidated after the source was asked, when so much was doubted. */
export function isLateFor(health: Health, doubted: Health['doubted'] = false): boolean {
  return isInvalidated({ health }) && health.doubted !== doubted;
}

/** The first document is no change. */
function noted(health: Health, now: number): readonly number[] {
  if (health.lastSuccessAt === undefined) return health.changeTimes;
  return [...health.changeTimes.filter((at) => now - at < HOUR_MS), now].slice(-CHANGES_KEPT);
}
