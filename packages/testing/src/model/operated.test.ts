import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { preload } from '@holdfast/core/preload';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { tempFolder } from '../promises/process.fixture.ts';
import { type Ignored, OperatedWorld } from './operated-world.fixture.ts';
import { type OperatedCommand, operatedCommands } from './operated.fixture.ts';

const EVERY_DAY = 20_260_101;
/** Other sequences than those of every day: `HOLDFAST_MODEL_SEED=$RANDOM HOLDFAST_MODEL_RUNS=10000`. */
const { HOLDFAST_MODEL_SEED = EVERY_DAY, HOLDFAST_MODEL_RUNS = '500' } = process.env;

beforeAll(preload);

async function play(
  sequence: Iterable<OperatedCommand>,
  { ignores, directory }: { ignores?: Ignored; directory?: string } = {},
): Promise<void> {
  const world = new OperatedWorld(ignores, directory);
  world.boot();
  await fc.asyncModelRun(() => ({ model: world, real: world }), sequence);
  await world.close();
}

function sequences(ignores: Ignored) {
  return fc.asyncProperty(operatedCommands, (sequence) => play(sequence, { ignores }));
}

/** Plays so many sequences. @throws {Error} with the shortest one that goes wrong */
async function played(
  numRuns: number,
  run: (sequence: Iterable<OperatedCommand>) => Promise<void>,
): Promise<number> {
  const property = fc.asyncProperty(operatedCommands, run);
  const details = await fc.check(property, { numRuns, seed: Number(HOLDFAST_MODEL_SEED) });
  const { errorInstance: cause } = details;
  if (details.failed) throw new Error(await fc.asyncDefaultReportMessage(details), { cause });
  return details.numRuns;
}

test('a config with layers, overrides, participants, health checks, rollbacks, snapshots, pins and transactions is what the model says after each step', async () => {
  const runs = Number(HOLDFAST_MODEL_RUNS);
  expect(await played(runs, (sequence) => play(sequence))).toBe(runs);
}, 120_000);

test('so it is with a cache of files, which have the same bytes after a step that changed nothing, and nothing beside them', async () => {
  await using folder = await tempFolder();
  let count = 0;
  const runs = await played(30, async (sequence) => {
    const directory = join(folder.path, `${(count += 1)}`);
    await play(sequence, { directory });
    const names = await readdir(directory).catch(() => []);
    expect(names.filter((name) => !name.endsWith('.rec'))).toEqual([]);
  });
  expect(runs).toBe(30);
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
