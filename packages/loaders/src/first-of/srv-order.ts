/** One answer of DNS (RFC 2782). */
export interface SrvRecord {
  /** Host; `.` says that there is no such service. */
  readonly name: string;
  /** Of that host. */
  readonly port: number;
  /** Lower ones are asked first. */
  readonly priority: number;
  /** Of those with one priority, how often it comes first. */
  readonly weight: number;
}

/** RFC 2782 gives a weight of 0 "a very small chance". */
const LEAST_WEIGHT = 0.01;

/**
 * Sorts records by priority, and those of one priority by chance: each comes first as often as its weight says. Pure.
 *
 * @param chanceOf A number from 0 to 1 for each record. Drawn once, it keeps the order the same at each look.
 */
export function srvOrder(
  records: readonly SrvRecord[],
  chanceOf: (record: SrvRecord) => number,
): readonly SrvRecord[] {
  // of waits drawn from exponential distributions, the shortest is that of each one as often as its rate says
  const waitOf = (record: SrvRecord): number =>
    -Math.log(1 - Math.min(chanceOf(record), 1 - Number.EPSILON)) /
    Math.max(record.weight, LEAST_WEIGHT);
  const waits = new Map(records.map((record) => [record, waitOf(record)]));
  return records
    .filter(({ name }) => name !== '.' && name !== '')
    .toSorted((a, b) => a.priority - b.priority || waits.get(a)! - waits.get(b)!);
}
