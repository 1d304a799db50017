import { preload } from '@holdfast/core/preload';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkHealing, same } from './checks.fixture.ts';
import { close, type Command, commands, terms as anyTerms } from './commands.fixture.ts';
import type { Terms } from './documents.fixture.ts';
import type { Sabotage } from './running.fixture.ts';
import { mistakes } from './sabotage.fixture.ts';
import { World } from './world.fixture.ts';

const EVERY_DAY = 20_260_101;
/** Other sequences than those of every day: `HOLDFAST_MODEL_SEED=$RANDOM HOLDFAST_MODEL_RUNS=10000`. */
const { HOLDFAST_MODEL_SEED = EVERY_DAY, HOLDFAST_MODEL_RUNS = '1000' } = process.env;

const rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  // what the engine loads when needed is there, so that no sequence depends on those before it
  await preload();
});
afterAll(() => void process.off('unhandledRejection', note));

/** One sequence from the first start to the last close, with the checks after each step and of the healing at its end. */
async function play(
  terms: Terms,
  sequence: Iterable<Command>,
  sabotage?: () => Sabotage,
): Promise<void> {
  const world = new World(terms, sabotage);
  await fc.asyncModelRun(() => ({ model: world, real: world }), sequence);
  if (world.model.closed) world.boot(terms);
  await world.clock.advance(0);
  await checkHealing(world);
  await close(world);
  same(rejections, [], 'unhandled rejections');
}

function sequences(sabotage?: () => Sabotage) {
  return fc.asyncProperty(anyTerms, commands, (terms, sequence) => play(terms, sequence, sabotage));
}

test('a config is what the model says after each step, and heals in time', async () => {
  const numRuns = Number(HOLDFAST_MODEL_RUNS);
  const seed = Number(HOLDFAST_MODEL_SEED);
  const run = await fc.check(sequences(), { numRuns, seed });
  const { errorInstance: cause } = run;
  if (run.failed) throw new Error(await fc.asyncDefaultReportMessage(run), { cause });
  expect(run.numRuns).toBe(numRuns);
}, 120_000);

test.each(Object.entries(mistakes))(
  'the model sees an engine that %s',
  async (_, { sabotage, seenAs }) => {
    const run = await fc.check(sequences(sabotage), {
      numRuns: 300,
      seed: EVERY_DAY,
      endOnFailure: true,
    });
    expect(run.errorInstance).toMatchObject({ message: expect.stringMatching(seenAs) });
  },
);
