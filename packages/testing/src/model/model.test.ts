import fc from 'fast-check';
import { preload } from '@holdfast/core';
import { beforeAll, expect, test } from 'vitest';
import { checkHealing } from './checks.fixture.ts';
import { close, type Command, commands, first } from './commands.fixture.ts';
import type { Terms } from './documents.fixture.ts';
import type { Sabotage } from './running.fixture.ts';
import { World } from './world.fixture.ts';

const { HOLDFAST_MODEL_SEED: seed, HOLDFAST_MODEL_RUNS: runs = '1000' } = process.env;

beforeAll(preload);

async function play(terms: Terms, sequence: Iterable<Command>, sabotage?: Sabotage): Promise<void> {
  const world = new World(terms, sabotage);
  await fc.asyncModelRun(() => ({ model: world, real: world }), sequence);
  if (world.model.closed) world.boot(terms);
  await world.clock.advance(0);
  await checkHealing(world);
  await close(world);
}

test('a config does what the model says, whatever happens', { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(first, commands, (terms, sequence) => play(terms, sequence));
  const parameters = {
    numRuns: Number(runs),
    seed: seed === undefined ? 20_260_101 : Number(seed),
  };
  await expect(fc.assert(property, parameters)).resolves.toBeUndefined();
});
