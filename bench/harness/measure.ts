/** The middle of several numbers. */
function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What is measured by name: does its work once and gives what it cost. */
export type Subjects<N extends string> = Readonly<Record<N, () => number | Promise<number>>>;

/** What several rounds found. */
export interface Rounds<N extends string> {
  /** The median cost of a subject. */
  of(name: N): number;
  /** The median over the rounds of what one subject cost beside another: what slows a whole round cancels out. */
  ratio(name: N, other: N): number;
}

/** Measures each subject `rounds` times, taken in turns, after one round that does not count. */
export async function interleaved<N extends string>(
  rounds: number,
  subjects: Subjects<N>,
): Promise<Rounds<N>> {
  const names = Object.keys(subjects) as N[];
  const costs = new Map<N, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    // the order turns, so that nobody always runs in the wake of the same one
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      globalThis.gc?.();
      const cost = await subjects[name]();
      if (round > 0) costs.get(name)!.push(cost);
    }
  }
  return {
    of: (name) => median(costs.get(name)!),
    ratio(name, other) {
      const others = costs.get(other)!;
      return median(costs.get(name)!.map((cost, round) => cost / others[round]!));
    },
  };
}

/** Nanoseconds that one of `times` calls of `loop`'s body takes. */
export function nanoseconds(times: number, loop: (times: number) => unknown): number {
  const start = process.hrtime.bigint();
  keep(loop(times));
  return Number(process.hrtime.bigint() - start) / times;
}

/** Microseconds of CPU, user and system, per time. */
export async function cpu(times: number, work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  for (let i = 0; i < times; i += 1) keep(await work());
  const { user, system } = process.cpuUsage(start);
  return (user + system) / times;
}

/** Milliseconds that `work` takes. */
export async function milliseconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  keep(await work());
  return performance.now() - start;
}

/** Bytes of heap that one of `times` rounds of `loop` allocates; only as long as nothing is collected meanwhile. */
export async function allocated(times: number, loop: (times: number) => unknown): Promise<number> {
  globalThis.gc!();
  const before = process.memoryUsage().heapUsed;
  keep(await loop(times));
  return Math.max(0, process.memoryUsage().heapUsed - before) / times;
}

/** Bytes of heap in use once all garbage is gone. */
export function heapUsed(): number {
  for (let i = 0; i < 4; i += 1) globalThis.gc!();
  return process.memoryUsage().heapUsed;
}

const kept: unknown[] = [];

/** Takes a result, so that no compiler finds out that nobody needs it. */
export function keep(result: unknown): void {
  kept[0] = result;
}
