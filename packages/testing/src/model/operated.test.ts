import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { preload } from '@holdfast/core/preload';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { tempFolder } from '../promises/process.fixture.ts';
import { type Ignored, OperatedWorld } from './operated-world.fixture.ts';
import { type OperatedCommand, operatedCommands } from './operated.fixture.ts';
import { EVERY_DAY, played, runsOr } from './sequences.fixture.ts';

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

function sequences(run: (sequence: Iterable<OperatedCommand>) => Promise<void>) {
  return fc.asyncProperty(operatedCommands, run);
}

test('a config with layers, overrides, participants, health checks, rollbacks, snapshots, pins and transactions is what the model says after each step', async () => {
  const runs = runsOr(500);
  expect(
    await played(
      sequences((sequence) => play(sequence)),
      runs,
    ),
  ).toBe(runs);
}, 120_000);

test('so it is with a cache of files, which have the same bytes after a step that changed nothing, and nothing beside them', async () => {
  await using folder = await tempFolder();
  let count = 0;
  const property = sequences(async (sequence) => {
    const directory = join(folder.path, `${(count += 1)}`);
    await play(sequence, { directory });
    const names = await readdir(directory).catch(() => []);
    expect(names.filter((name) => !name.endsWith('.rec'))).toEqual([]);
  });
  expect(await played(property, 30)).toBe(30);
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
  const property = sequences((sequence) => play(sequence, { ignores }));
  const run = await fc.check(property, {
    numRuns: 300,
    seed: EVERY_DAY,
    endOnFailure: true,
  });
  expect(run.errorInstance).toMatchObject({ message: expect.stringMatching(/ instead of /) });
});
