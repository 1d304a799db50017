/**
 * The bound on requests (promise 6 of the design): in any time T at most 2 + T / `minIntervalMs` requests of a source,
 * `refresh()` apart. Each poll moves the earliest time of the next one on by the minimum interval; a second request
 * within a poll takes the place of a later one.
 */

/** No scheduled poll before this time, when one starts now; pure. */
export function afterRequest(notBefore: number, now: number, minIntervalMs: number): number {
  return Math.max(notBefore, now + minIntervalMs);
}

/** No scheduled poll before this time, when the poll under way makes its second request now; pure. */
export function afterSecondRequest(notBefore: number, now: number, minIntervalMs: number): number {
  // refreshes do not wait, so what they borrow must not add up
  const borrowed = Math.min(notBefore, now + minIntervalMs) + minIntervalMs;
  return Math.max(borrowed, now + minIntervalMs);
}
