/** How often and how long is polled: as short as one machine can do it for many configs at once. */
export const POLLING = {
  intervalMs: 8,
  minIntervalMs: 8,
  maxIntervalMs: 24,
  deadlineMs: 150,
} as const;
