import { preload } from '@holdfast/core/preload';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { checkHealing, same } from './checks.fixture.ts';
import { close, type Command, commands, terms as anyTerms } from './commands.fixture.ts';
import type { Terms } from './documents.fixture.ts';
import type { Sabotage } from './running.fixture.ts';
import { mistakes } from './sabotage.fixture.ts';
import { EVERY_DAY, played, runsOr, unhandledRejections } from './sequences.fixture.ts';
import { World } from './world.fixture.ts';

const rejections = unhandledRejections();

// what the engine loads when needed is there, so that no sequence depends on those before it
beforeAll(preload);

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
  const runs = runsOr(1_000);
  expect(await played(sequences(), runs)).toBe(runs);
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
