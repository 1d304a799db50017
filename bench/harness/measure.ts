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

/** Medians of `rounds` measurements of each subject, taken in turns, after one round that does not count. */
export async function interleaved<N extends string>(
  rounds: number,
  subjects: Subjects<N>,
): Promise<Record<N, number>> {
  const names = Object.keys(subjects) as N[];
  const costs = new Map<N, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    // the order turns, so that nobody always runs in the wake of the same one
    for (const name of [
      ...names.slice(round % names.length),
      ...names.slice(0, round % names.length),
    ]) {
      globalThis.gc?.();
      const cost = await subjects[name]();
      if (round > 0) costs.get(name)!.push(cost);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(costs.get(name)!)])) as Record<
    N,
    number
  >;
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
