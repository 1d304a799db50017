import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonValue, Loader } from '@holdfast/core';
import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { stringify as toToml } from 'smol-toml';
import { describe, test } from 'vitest';
import { envLoader } from './env.ts';
import { fileLoader } from './file.ts';

/** How a loader is made of a folder, and which file of it the harness writes. */
interface Case {
  readonly file: string;
  readonly make: (folder: string) => Loader;
  readonly write?: (document: JsonValue) => string;
}

const below = (folder: string) => join(folder, 'below.json');

/** A line for each key, whose value is JSON. */
function asLines(document: JsonValue, line: (key: string, json: string) => string): string {
  return Object.entries(document as object)
    .map(([key, value]) => `${line(key, JSON.stringify(value))}\n`)
    .join('');
}

const asDotEnv = (document: JsonValue): string =>
  asLines(document, (key, json) => `${key}='${json}'`);

const CASES: Readonly<Record<string, Case>> = {
  'fileLoader() of JSON': {
    file: 'app.json',
    make: (folder) => fileLoader({ path: join(folder, 'app.json') }),
  },
  'fileLoader() of YAML': {
    file: 'app.yaml',
    make: (folder) => fileLoader({ path: join(folder, 'app.yaml') }),
  },
  'fileLoader() of JSON5': {
    file: 'app.json5',
    make: (folder) => fileLoader({ path: join(folder, 'app.json5') }),
    write: (document) => `${JSON.stringify(document)} // of JSON5`,
  },
  'fileLoader() of JSONC': {
    file: 'app.jsonc',
    make: (folder) => fileLoader({ path: join(folder, 'app.jsonc') }),
    write: (document) => `// of JSONC\n${JSON.stringify(document)}`,
  },
  'fileLoader() of TOML': {
    file: 'app.toml',
    make: (folder) => fileLoader({ path: join(folder, 'app.toml') }),
    write: toToml,
  },
  'fileLoader() of INI': {
    file: 'app.ini',
    make: (folder) => fileLoader({ path: join(folder, 'app.ini') }),
    write: (document) => asLines(document, (key, json) => `${key} = ${json}`),
  },
  'fileLoader() of .env': {
    file: 'app.env',
    make: (folder) => fileLoader({ path: join(folder, 'app.env') }),
    write: asDotEnv,
  },
  'fileLoader() of a file without a name for its format': {
    file: 'app',
    make: (folder) => fileLoader({ path: join(folder, 'app'), format: 'json' }),
  },
  'fileLoader() of two files': {
    file: 'app.json',
    make: (folder) => fileLoader({ paths: [below(folder), join(folder, 'app.json')] }),
  },
  'fileLoader() of a pattern': {
    file: 'app.yaml',
    make: (folder) => fileLoader({ glob: join(folder, '*.{yaml,yml}') }),
  },
  'envLoader() of a file': {
    file: '.env',
    make: (folder) => envLoader({ prefix: '', file: join(folder, '.env'), keys: 'exact' }),
    write: asDotEnv,
  },
};

/** Written long ago, as far as the loader can see: it need not wait whether more is to come. */
async function writeAged(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await utimes(path, 1, 1);
}

async function createHarness({ file, make, write = JSON.stringify }: Case): Promise<LoaderHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-file-'));
  const path = join(folder, file);
  const document = { read: 'at first' };
  await writeAged(below(folder), '{}');
  await writeAged(path, write(document));
  const publish = async (next: JsonValue): Promise<void> => {
    await rm(path, { recursive: true, force: true });
    await writeAged(`${path}~`, write(next));
    await rename(`${path}~`, path);
  };
  return {
    loader: make(folder),
    document,
    publish,
    breakSource: async () => {
      await rm(path);
      await mkdir(path);
    },
    healSource: () => publish(document),
    remove: () => rm(path),
    restart: () => make(folder),
    dispose: () => rm(folder, { recursive: true }),
  };
}

describe.each(Object.entries(CASES))('%s keeps the contract of loaders', (_, each) => {
  const decodes = each.make('').decode !== undefined;
  const tests = contractTests(loaderContract, () => createHarness(each), {
    without: ['hang', 'disconnect', 'secrets', 'close', ...(decodes ? [] : (['decode'] as const))],
  });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});
