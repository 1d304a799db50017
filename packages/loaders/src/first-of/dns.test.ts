import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { tempFolder } from '../file-cache/process.fixture.ts';

const run = promisify(execFile);

test("firstOf({ srv }) asks the system's DNS where no resolve is given", async () => {
  await using folder = await tempFolder();
  const script = join(folder.path, 'dns.mjs');
  const options = { bundle: true, platform: 'node', format: 'esm', packages: 'bundle' } as const;
  await build({
    ...options,
    entryPoints: [fileURLToPath(new URL('dns.fixture.ts', import.meta.url))],
    outfile: script,
    external: ['p-retry', 'lru-cache', 'json-stable-stringify'],
  });
  const say = async (srv: string): Promise<unknown> =>
    JSON.parse((await run(process.execPath, [script, srv])).stdout);
  expect(await say('_config._tcp.test')).toEqual({
    asked: ['a.test:443', 'b.test:8443'],
    said: 'b.test:8443',
  });
  expect(await say('_none._tcp.test')).toEqual({
    asked: [],
    said: 'Cannot load srv _none._tcp.test: DNS gave no endpoint (ENOTFOUND)',
  });
});
