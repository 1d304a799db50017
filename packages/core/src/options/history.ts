import type { OptionCheck } from './check.ts';

/** How many versions and snapshots a config keeps for `rollback()`. */
export interface HistoryOptions {
  /** How many versions, 0 or more. @default {20} */
  readonly entries?: number;
  /**
   * How many bytes the documents and overrides of all earlier versions may have, and those of all snapshots, 0 or more.
   * A document counts whole, as it was loaded, however little it differs from the next; once, where several versions
   * have it. @default {8_388_608}
   */
  readonly bytes?: number;
  /** How many snapshots, 0 or more; beyond it the oldest goes that is not to be kept. @default {50} */
  readonly snapshots?: number;
}

/** {@link HistoryOptions} after defaults and checks. */
export interface HistoryPolicy {
  readonly entries: number;
  readonly bytes: number;
  readonly snapshots: number;
}

/** Shared by all configs that leave it to the defaults. */
const DEFAULTS: HistoryPolicy = { entries: 20, bytes: 8 * 2 ** 20, snapshots: 50 };

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveHistory(
  history: HistoryOptions | undefined,
  check: OptionCheck,
): HistoryPolicy {
  if (history === undefined) return DEFAULTS;
  check.object('history', history, Object.keys(DEFAULTS));
  const {
    entries = DEFAULTS.entries,
    bytes = DEFAULTS.bytes,
    snapshots = DEFAULTS.snapshots,
  } = history;
  check.count('history.entries', entries, 0);
  check.count('history.bytes', bytes, 0);
  check.count('history.snapshots', snapshots, 0);
  return { entries, bytes, snapshots };
}
