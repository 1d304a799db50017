import { numberOf } from '../document/kind.ts';
import type { IntervalFacts, IntervalStrategy, PollingPolicy } from '../options/polling.ts';
import type { Health } from '../state/health.ts';

/** What the interval between two polls is computed from. */
export interface IntervalState {
  readonly policy: PollingPolicy;
  readonly health: Health;
  /** A watch is connected: news will be pushed, so that polls are only the safety net. */
  readonly watched: boolean;
  /** Monotonic time in milliseconds. */
  readonly now: number;
}

/** Between them any wait is as likely as any other. */
export interface WaitBounds {
  readonly least: number;
  readonly most: number;
}

const HOUR_MS = 3_600_000;

/**
 * The interval of the strategy with ±10 % jitter; pure. Chance plays within the bounds: clamped afterwards, many waits
 * of a fleet would be the bound itself, and it would stay together.
 */
export function plainBounds({ policy, health, watched, now }: IntervalState): WaitBounds {
  const { intervalMs, minIntervalMs, maxIntervalMs, strategy } = policy;
  let changesInLastHour = 0;
  for (const at of health.changeTimes) if (now - at < HOUR_MS) changesInLastHour++;
  const asked = watched ? maxIntervalMs : ask(strategy, { intervalMs, changesInLastHour });
  const base = Math.min(Math.max(asked, minIntervalMs), maxIntervalMs);
  const least = Math.max(0.9 * base, minIntervalMs);
  const most = Math.min(Math.max(1.1 * base, 1.2 * least), maxIntervalMs);
  return { least, most };
}

/**
 * How long it is, from any moment, to the next poll of a source that has polled at these waits for ever; pure. A fleet
 * that begins so is spread evenly at once, and stays so: evenly spread over one interval, each wait of a different
 * length, it would overlap at the end of each interval for many of them.
 *
 * @param random In [0, 1).
 */
export function phaseWithin({ least, most }: WaitBounds, random: number): number {
  const mean = (least + most) / 2;
  const even = random * mean;
  if (even <= least) return even;
  // from there on fewer and fewer waits are that long
  return most - Math.sqrt((1 - random) * (most - least) * 2 * mean);
}

/** A strategy of the user's that throws or gives nonsense must not stop the polls. */
function ask(strategy: IntervalStrategy, facts: IntervalFacts): number {
  try {
    const ms = numberOf(strategy(facts));
    return ms >= 0 ? ms : facts.intervalMs;
  } catch {
    return facts.intervalMs;
  }
}
