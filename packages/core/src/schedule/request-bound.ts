/**
 * No scheduled poll before this time, when one starts now; pure. With `afterSecondRequest` it keeps the bound on
 * requests: in any time T at most 2 + T / `minIntervalMs` of a source, `refresh()` apart.
 */
export function afterRequest(notBefore: number, now: number, minIntervalMs: number): number {
  return Math.max(notBefore, now + minIntervalMs);
}

/**
 * No scheduled poll before this time, when the poll under way makes its second request now; pure. The second request
 * takes the place of a later one.
 */
export function afterSecondRequest(notBefore: number, now: number, minIntervalMs: number): number {
  // refreshes do not wait, so what they borrow must not add up
  const borrowed = Math.min(notBefore, now + minIntervalMs) + minIntervalMs;
  return Math.max(borrowed, now + minIntervalMs);
}
