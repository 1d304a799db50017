import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { runFixture } from './process.fixture.ts';

/** Every entry of every package, as its manifest says; the manifests themselves apart. */
async function entries(): Promise<string[]> {
  const lists = ['core', 'loaders', 'testing'].map(async (name) => {
    const manifest = new URL(`../../../${name}/package.json`, import.meta.url);
    const { exports } = JSON.parse(await readFile(manifest, 'utf8')) as { exports: object };
    return Object.keys(exports)
      .filter((entry) => !entry.endsWith('.json'))
      .map((entry) => `@holdfast/${name}${entry.slice(1)}`);
  });
  return (await Promise.all(lists)).flat();
}

const all = await entries();

// tsx writes down what it makes of a module that is new to it: from Node 22 on that would count as done by the module
beforeAll(async () => void (await runFixture('imports.fixture.ts', { args: all })), 30_000);

test.concurrent.each(all)(
  'promise 12: importing %s does nothing: no timer, no global, no file, no socket',
  async (specifier) => {
    const { code, stdout, stderr } = await runFixture('imports.fixture.ts', { args: [specifier] });
    expect([code, stderr]).toEqual([0, '']);
    const { done, before, after, exports } = JSON.parse(stdout) as Record<string, unknown>;
    expect(done).toEqual([]);
    expect(after).toEqual(before);
    expect(exports).toBeGreaterThan(0);
  },
  30_000,
);

test('promise 12: the check can fail', async () => {
  const busy = `data:text/javascript,globalThis.mine = setTimeout(() => {}, 1); export const a = 1;`;
  const { stdout } = await runFixture('imports.fixture.ts', { args: [busy] });
  const { done, before, after } = JSON.parse(stdout) as Record<string, unknown>;
  expect(done).toEqual(['globalThis.setTimeout()']);
  expect(after).not.toEqual(before);
}, 30_000);
