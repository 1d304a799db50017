import fc, { type IAsyncProperty } from 'fast-check';
import { afterAll, beforeAll } from 'vitest';

const { HOLDFAST_MODEL_SEED, HOLDFAST_MODEL_RUNS } = process.env;

/** The seed of every day. Other sequences: `HOLDFAST_MODEL_SEED=$RANDOM HOLDFAST_MODEL_RUNS=10000`. */
export const EVERY_DAY = 20_260_101;

/** How many sequences are asked for, or how many there are every day. */
export function runsOr(everyDay: number): number {
  return Number(HOLDFAST_MODEL_RUNS ?? everyDay);
}

/**
 * Plays so many sequences, and says how many there were.
 *
 * @throws {Error} with the shortest one that goes wrong
 */
export async function played<T>(property: IAsyncProperty<T>, numRuns: number): Promise<number> {
  const run = await fc.check(property, { numRuns, seed: Number(HOLDFAST_MODEL_SEED ?? EVERY_DAY) });
  const { errorInstance: cause } = run;
  if (run.failed) throw new Error(await fc.asyncDefaultReportMessage(run), { cause });
  return run.numRuns;
}

/** What was rejected and looked at by nobody, while the tests of a file run. */
export function unhandledRejections(): unknown[] {
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  beforeAll(() => void process.on('unhandledRejection', note));
  afterAll(() => void process.off('unhandledRejection', note));
  return rejections;
}
