import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFiles } from './read-files.ts';
import { type Stamp, stampOf } from './stamp.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-read-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function stampedFile(): Promise<Stamp> {
  await writeFile(at('app.json'), '{"n":1}');
  return stampOf({ kind: 'listed', files: [{ path: at('app.json'), shown: 'app.json' }] });
}

test('readFiles() reads what its stamp says', async () => {
  const [read] = (await readFiles(await stampedFile())) ?? [];
  expect(read && Buffer.from(read.bytes).toString()).toBe('{"n":1}');
});

test.each<readonly [string, () => Promise<void>]>([
  ['deleted', () => rm(at('app.json'))],
  ['cut short', () => writeFile(at('app.json'), '{')],
  [
    'replaced',
    async () => {
      await writeFile(at('new'), '{"n":2}');
      await rename(at('new'), at('app.json'));
    },
  ],
])('readFiles() gives nothing when a file was %s after the look at it', async (_, change) => {
  const stamp = await stampedFile();
  await change();
  expect(await readFiles(stamp)).toBeUndefined();
});
