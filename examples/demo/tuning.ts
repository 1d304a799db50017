import type { PollingOptions, UpdateOptions } from '@holdfast/core';

// A story of seconds. An application keeps the defaults, which are minutes.

/** Default: a minute, and never closer than ten seconds. */
export const polling = {
  intervalMs: 400,
  minIntervalMs: 100,
  maxIntervalMs: 2_000,
  backoff: { maxMs: 1_600 },
  deadlineMs: 1_000,
} as const satisfies PollingOptions;

/** Default: ten within a minute. */
export const updates = { max: 6, windowMs: 3_000 } as const satisfies UpdateOptions;

/** Default: five. */
export const fallbackAfter = 3;
