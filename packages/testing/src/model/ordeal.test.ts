import { preload } from '@holdfast/core/preload';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { same } from './checks.fixture.ts';
import {
  checkEnd,
  checkHealing,
  checkImport,
  checkOperators,
  checkRestart,
} from './ordeal-checks.fixture.ts';
import { type Step, steps, terms as anyTerms } from './ordeal-steps.fixture.ts';
import { type OrdealTerms, OrdealWorld } from './ordeal-world.fixture.ts';

const EVERY_DAY = 20_260_101;
/** Other sequences than those of every day: `HOLDFAST_MODEL_SEED=$RANDOM HOLDFAST_MODEL_RUNS=10000`. */
const { HOLDFAST_MODEL_SEED = EVERY_DAY, HOLDFAST_MODEL_RUNS = '150' } = process.env;

const rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  // what the engine loads when needed is there, so that no sequence depends on those before it
  await preload();
});
afterAll(() => void process.off('unhandledRejection', note));

async function play(terms: OrdealTerms, sequence: Iterable<Step>): Promise<void> {
  const world = new OrdealWorld(terms);
  await fc.asyncModelRun(() => ({ model: world, real: world }), sequence);
  await checkHealing(world);
  await checkRestart(world);
  await checkOperators(world);
  await checkImport(world);
  await checkEnd(world);
  same(rejections.splice(0), [], 'unhandled rejections');
}

test('a config heals, keeps its promises and survives a restart, whatever happened before', async () => {
  const numRuns = Number(HOLDFAST_MODEL_RUNS);
  const property = fc.asyncProperty(anyTerms, steps, play);
  const run = await fc.check(property, { numRuns, seed: Number(HOLDFAST_MODEL_SEED) });
  const { errorInstance: cause } = run;
  if (run.failed) throw new Error(await fc.asyncDefaultReportMessage(run), { cause });
  expect(run.numRuns).toBe(numRuns);
}, 120_000);
