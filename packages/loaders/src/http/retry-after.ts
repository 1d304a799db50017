import { parseHttpDate } from './http-date.ts';

/**
 * The wait in milliseconds that a `Retry-After` field asks for, counted from wall-clock time `now`.
 * A date that has passed gives 0; text, fractions and negative numbers give undefined.
 * A huge value stays huge: whoever waits has to clamp it.
 */
export function parseRetryAfter(field: string | undefined, now: number): number | undefined {
  if (field === undefined) return undefined;
  if (/^\d+$/.test(field)) return Math.min(Number(field) * 1000, Number.MAX_SAFE_INTEGER);
  const date = parseHttpDate(field);
  return date === undefined ? undefined : Math.max(0, date - now);
}
