/**
 * How it goes with one endpoint.
 *
 * ```
 * well ──failure──▶ resting ──its rest is over──▶ asked first again ──failure──▶ resting, twice as long
 *   ▲                                                   │
 *   └────────── it went well for as long as it rested ──┘
 * ```
 */
export interface EndpointHealth {
  /** Since it was last well; 0 is well. */
  readonly failures: number;
  /** Until then (monotonic) it is asked only after the others. */
  readonly restsUntil: number;
  /** When it began to answer again; undefined while it is well, or rests. */
  readonly backSince: number | undefined;
}

/** What decides about endpoints. */
export interface FailoverPolicy {
  /** The first rest; it doubles with each further failure. */
  readonly returnAfterMs: number;
}

/** Before anything is known. */
export const WELL: EndpointHealth = { failures: 0, restsUntil: -Infinity, backSince: undefined };

/** The longest rest is this many times the first: however bad it was, an endpoint comes back. */
const MOST_DOUBLINGS = 4;

/** By chance a rest is up to this much longer, so that not all processes return at once. */
const SPREAD = 0.5;

/**
 * In which order the endpoints are asked, by their places: in the order given, those that rest after all others, and of
 * these first who failed least. Pure.
 */
export function askingOrder(healths: readonly EndpointHealth[], now: number): readonly number[] {
  const places = healths.map((_, place) => place);
  const rests = (place: number): boolean => now < healths[place]!.restsUntil;
  const ready = places.filter((place) => !rests(place));
  const resting = places.filter(rests);
  // the sort is stable
  return [...ready, ...resting.toSorted((a, b) => healths[a]!.failures - healths[b]!.failures)];
}

/** After an answer; pure. What failed before is forgotten once it went well for as long as it rested. */
export function afterAnswer(
  policy: FailoverPolicy,
  health: EndpointHealth,
  now: number,
): EndpointHealth {
  if (health.failures === 0) return health;
  const { failures, backSince = now } = health;
  const forgotten = now - backSince >= restMs(policy, failures);
  return forgotten ? WELL : { failures, restsUntil: -Infinity, backSince };
}

/** What came of a failure. */
export interface FailureFacts {
  /** Monotonic. */
  readonly now: number;
  /** From 0 to 1. */
  readonly random: number;
  /** How long the endpoint wants to be left alone, if it said so. */
  readonly retryAfterMs?: number | undefined;
}

/** After a failure; pure. */
export function afterFailure(
  policy: FailoverPolicy,
  health: EndpointHealth,
  { now, random, retryAfterMs = 0 }: FailureFacts,
): EndpointHealth {
  const failures = Math.min(health.failures + 1, MOST_DOUBLINGS + 1);
  const asked = Math.min(retryAfterMs, restMs(policy, MOST_DOUBLINGS + 1));
  const ms = Math.max(restMs(policy, failures) * (1 + SPREAD * random), asked);
  return { failures, restsUntil: now + ms, backSince: undefined };
}

/** An equal share of the time that is left, for each endpoint that can still be asked; pure. */
export function shareMs(leftMs: number, endpoints: number): number {
  return Math.max(1, leftMs / endpoints);
}

function restMs({ returnAfterMs }: FailoverPolicy, failures: number): number {
  return returnAfterMs * 2 ** (failures - 1);
}
