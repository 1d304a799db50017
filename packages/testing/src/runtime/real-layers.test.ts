import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { envLoader } from '@holdfast/loaders/env';
import { fileLoader } from '@holdfast/loaders/file';
import { httpLoader } from '@holdfast/loaders/http';
import { createTestManager } from '@holdfast/testing';
import { configServer } from '@holdfast/testing/config-server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { tempFolder } from '../promises/process.fixture.ts';

/** The last `count` keys: each layer has one fewer than the one below it, and says who it is. */
const last = (layer: string, count: number): Record<string, string> =>
  Object.fromEntries(['a', 'b', 'c', 'd', 'e'].slice(5 - count).map((key) => [key, layer]));
const because = { by: 'ann', reason: 'ticket 71' } as const;

test('defaults lie below a file, below a server, below the environment, below an override, and explain() says who gave what', async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, 'app.json');
  await writeFile(path, JSON.stringify({ of: last('file', 4) }));
  await using server = await configServer({
    documents: { '/app.json': { of: last('remote', 3) } },
  });
  const env = { APP_OF__D: 'environment', APP_OF__E: 'environment' };
  const { manager, clock } = createTestManager();
  const remote = httpLoader({ url: server.url('/app.json'), proxyFromEnvironment: false });
  const app = manager.register('app', {
    schema: z.object({ of: z.record(z.string(), z.string()) }),
    defaults: { of: last('defaults', 5) },
    sources: [
      { name: 'file', loader: fileLoader({ path }) },
      { name: 'remote', loader: remote },
      { name: 'environment', loader: envLoader({ prefix: 'APP_', env }) },
    ],
  });
  await clock.track(app.refresh());
  const below = { a: 'defaults', b: 'file', c: 'remote', d: 'environment' };
  expect(app.current.of).toEqual({ ...below, e: 'environment' });
  const override = await app.override({ of: { e: 'runtime' } }, because);
  expect(app.current.of).toEqual({ ...below, e: 'runtime' });
  expect(await app.explain('of.e')).toEqual({
    value: 'runtime',
    from: override.id,
    kind: 'override',
    layers: [
      { name: override.id, kind: 'override', value: 'runtime', ...because },
      { name: 'environment', kind: 'source', value: 'environment', from: 'origin' },
      { name: 'remote', kind: 'source', value: 'remote', from: 'origin' },
      { name: 'file', kind: 'source', value: 'file', from: 'origin' },
      { name: 'defaults', kind: 'defaults', value: 'defaults' },
    ],
  });
  // one of them is down, and another one changes: nobody loses or wins a place
  await server.fault('refuse');
  await writeFile(path, JSON.stringify({ of: { ...last('file', 4), b: 'newer file' } }));
  await clock.track(app.refresh());
  expect(app.current.of).toEqual({ ...below, b: 'newer file', e: 'runtime' });
  await override.clear();
  expect(app.current.of).toEqual({ ...below, b: 'newer file', e: 'environment' });
  const from = ['a', 'b', 'c', 'd'].map((key) => app.sourceOf(`of.${key}`));
  expect(await Promise.all(from)).toEqual(Object.values(below));
  await manager.close();
});
