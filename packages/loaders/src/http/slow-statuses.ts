/** Statuses that somebody has to mend: to ask again soon is no use. */
export const SLOW_STATUSES: ReadonlySet<number> = new Set([401, 403, 407, 421, 451]);
