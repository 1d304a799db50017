import { preload } from '@holdfast/core/preload';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { type Ignored, OperatedWorld } from './operated-world.fixture.ts';
import { type OperatedCommand, operatedCommands } from './operated.fixture.ts';

const EVERY_DAY = 20_260_101;
/** Other sequences than those of every day: `HOLDFAST_MODEL_SEED=$RANDOM HOLDFAST_MODEL_RUNS=10000`. */
const { HOLDFAST_MODEL_SEED = EVERY_DAY, HOLDFAST_MODEL_RUNS = '500' } = process.env;

beforeAll(preload);

async function play(sequence: Iterable<OperatedCommand>, ignores?: Ignored): Promise<void> {
  const world = new OperatedWorld(ignores);
  world.boot();
  await fc.asyncModelRun(() => ({ model: world, real: world }), sequence);
  await world.close();
}

function sequences(ignores?: Ignored) {
  return fc.asyncProperty(operatedCommands, (sequence) => play(sequence, ignores));
}

test('a config with layers, overrides, participants, health checks, rollbacks, snapshots, pins and transactions is what the model says after each step', async () => {
  const numRuns = Number(HOLDFAST_MODEL_RUNS);
  const seed = Number(HOLDFAST_MODEL_SEED);
  const run = await fc.check(sequences(), { numRuns, seed });
  const { errorInstance: cause } = run;
  if (run.failed) throw new Error(await fc.asyncDefaultReportMessage(run), { cause });
  expect(run.numRuns).toBe(numRuns);
}, 120_000);

test.each<Ignored>([
  'rules',
  'vetoes',
  'health checks',
  'expiry',
  'what is to be kept',
  'what is to be undone',
  'which version is asked for',
  'which snapshot is asked for',
  'that a transaction goes back',
  'pins',
  'that a transaction is one',
  'that all can before one applies',
  'what a source says of itself',
  'that a refusal leaves all as it was',
])('the model sees an engine that ignores %s', async (ignores) => {
  const run = await fc.check(sequences(ignores), {
    numRuns: 300,
    seed: EVERY_DAY,
    endOnFailure: true,
  });
  expect(run.errorInstance).toMatchObject({ message: expect.stringMatching(/ instead of /) });
});
