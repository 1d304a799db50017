import { readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileCache } from '../file-cache.ts';
import { bundleWriter, startWriter, tempFolder } from './process.fixture.ts';
import { numberOf, numbered } from './whole.fixture.ts';

const HOUR_MS = 3_600_000;
let scripts: Awaited<ReturnType<typeof tempFolder>>;
let script: string;

beforeAll(async () => {
  scripts = await tempFolder();
  script = await bundleWriter(scripts.path);
});
afterAll(() => scripts[Symbol.asyncDispose]());

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function textsOf(directory: string): Promise<string[]> {
  const entries = await fileCache({ directory }).read('app');
  return entries.map(({ bytes }) => new TextDecoder().decode(bytes));
}

const tempsIn = async (directory: string): Promise<string[]> =>
  (await readdir(directory)).filter((name) => name.endsWith('.tmp'));

/** What is left on the disk by writers of some hours ago, after one more write. */
async function tempsAfterAWhile(directory: string): Promise<string[]> {
  // oxlint-disable-next-line no-restricted-properties -- two hours from now
  const clock = { now: () => Date.now() + 2 * HOUR_MS };
  await fileCache({ directory, clock }).write('app', bytesOf('later'));
  return tempsIn(directory);
}

test.each([
  ['', {}],
  [' without hard links', { noLinks: true }],
])(
  'D3 write() killed before and after each of its system calls%s leaves one record whole',
  async (_, links) => {
    await using folder = await tempFolder();
    const directory = folder.path;
    const order = { directory, key: 'app', ...links };
    const cache = fileCache({ directory });
    const whole = new Set(['first', 'a'.repeat(2_600)]);
    await startWriter(script, { ...order, text: 'first' }).ended;
    const { output } = await startWriter(script, { ...order, text: 'a'.repeat(2_600) }).ended;
    const calls = Number(output.split('\n')[1]);
    expect(calls).toBeGreaterThan(20);
    const seen = { old: 0, new: 0 };
    for (let killAt = 1; killAt <= calls; killAt++)
      for (const when of ['before', 'after'] as const) {
        const old = `old ${killAt} ${when} ${'o'.repeat(2_600)}`;
        const text = `new ${killAt} ${when} ${'n'.repeat(2_600)}`;
        whole.add(old).add(text);
        /* oxlint-disable no-await-in-loop -- one kill after the other */
        await cache.write('app', bytesOf(old));
        const { signal } = await startWriter(script, { ...order, text, killAt, when }).ended;
        const [newest, ...older] = await textsOf(directory);
        /* oxlint-enable no-await-in-loop */
        expect(signal).toBe('SIGKILL');
        expect([old, text], `${killAt} ${when}`).toContain(newest);
        for (const each of older) expect(whole.has(each), `${killAt} ${when}`).toBe(true);
        seen[newest === old ? 'old' : 'new'] += 1;
      }
    expect(Math.min(seen.old, seen.new)).toBeGreaterThan(3);
    expect((await tempsIn(directory)).length).toBeGreaterThan(0);
    expect(await tempsAfterAWhile(directory)).toEqual([]);
  },
  60_000,
);

test('D3 write() killed at thirty random moments leaves whole records', async () => {
  await using folder = await tempFolder();
  const random = seededRandom(20_260_101);
  const order = { directory: folder.path, key: 'app', count: 100_000 };
  let least = 0;
  for (let round = 1; round <= 30; round++) {
    /* oxlint-disable no-await-in-loop -- one kill after the other */
    const writer = startWriter(script, { ...order, from: round * 100_000 });
    await writer.begun;
    await pause(random() * 15);
    writer.kill();
    await writer.ended;
    const entries = await fileCache({ directory: folder.path }).read('app');
    /* oxlint-enable no-await-in-loop */
    const numbers = entries.map(({ bytes }) => numberOf(bytes));
    expect(numbers).not.toContain(undefined);
    if (numbers.length === 0) continue;
    expect(numbers[0]).toBeGreaterThanOrEqual(least);
    expect(numbers[1] ?? -1).toBeLessThanOrEqual(numbers[0]!);
    least = numbers[0]!;
  }
  expect(least).toBeGreaterThan(100_000);
  expect(await tempsAfterAWhile(folder.path)).toEqual([]);
}, 60_000);

test('two processes that write one record never let a reader see half of one', async () => {
  await using folder = await tempFolder();
  const order = { directory: folder.path, key: 'app', count: 60 };
  const writers = [1_000, 2_000].map((from) => startWriter(script, { ...order, from }));
  const all = Promise.all(writers.map((writer) => writer.ended)).then((ended) => ({ ended }));
  const cache = fileCache({ directory: folder.path });
  let reads = 0;
  let done: Awaited<typeof all> | undefined;
  while (!done) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    const entries = await cache.read('app');
    reads += 1;
    for (const { bytes } of entries) expect(numberOf(bytes)).toBeDefined();
    // oxlint-disable-next-line no-await-in-loop -- ends the loop
    done = await Promise.race([all, pause(1).then(() => undefined)]);
  }
  for (const { output, signal } of done.ended)
    expect([output.split('\n').length, signal]).toEqual([3, null]);
  expect(reads).toBeGreaterThan(5);
  expect([numbered(1_059), numbered(2_059)]).toContain((await textsOf(folder.path))[0]);
  expect(await tempsIn(folder.path)).toEqual([]);
}, 60_000);
