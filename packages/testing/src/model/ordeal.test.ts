import { preload } from '@holdfast/core/preload';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
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
import { played, runsOr, unhandledRejections } from './sequences.fixture.ts';

const rejections = unhandledRejections();

// what the engine loads when needed is there, so that no sequence depends on those before it
beforeAll(preload);

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
  const runs = runsOr(150);
  expect(await played(fc.asyncProperty(anyTerms, steps, play), runs)).toBe(runs);
}, 120_000);
