import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createConfigManager, isHoldfastError } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { fetchLoader } from '@holdfast/loaders/fetch';
import { fileCache } from '@holdfast/loaders/file-cache';
import { functionLoader } from '@holdfast/loaders/function';
import { httpLoader } from '@holdfast/loaders/http';
import { indexedDbCache } from '@holdfast/loaders/indexed-db';
import { localStorageCache } from '@holdfast/loaders/local-storage';
import { staticLoader } from '@holdfast/loaders/static';
import { createTestManager, manualClock, mockLoader } from '@holdfast/testing';
import { configServer } from '@holdfast/testing/config-server';
import { contractTests, loaderContract } from '@holdfast/testing/contracts';
import { afterAll, describe, expect, test } from 'vitest';
import { optionOwners } from './option-types.ts';
import { wrongValues } from './wrong-values.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-wrong-use-'));
const manager = createConfigManager({ clock: manualClock() });
const app = manager.register('app', { loader: mockLoader({ value: {} }) });
const url = 'https://config.test/app.json';
let registered = 0;

afterAll(async () => {
  await manager.close();
  rmSync(folder, { recursive: true });
});

/** How each function is called with options that are right but for what is tried; of every one that takes options. */
const CALLS: Readonly<Record<string, (options: never) => unknown>> = {
  createConfigManager: (options) => createConfigManager(options),
  'ConfigManager.register': (options: object) =>
    manager.register(`c${(registered += 1)}`, {
      ...('sources' in options ? {} : { loader: mockLoader() }),
      ...options,
    }),
  'ConfigManager.refresh': (options) => manager.refresh(['app'], options),
  'ConfigHandle.ready': (options) => app.ready(options),
  'ConfigHandle.refresh': (options) => app.refresh(options),
  'ConfigHandle.acceptRefused': (options: object) =>
    app.acceptRefused({ by: 'me', reason: 'why', ...options }),
  'View.onChange': (options) => app.onChange(() => {}, options),
  'View.changes': (options) => app.changes(options),
  memoryCache: (options) => memoryCache(options),
  httpLoader: (options: object) => httpLoader({ url, ...options }),
  fetchLoader: (options: object) => fetchLoader({ url, ...options }),
  staticLoader: (options) => staticLoader({}, options),
  functionLoader: (options: object) => functionLoader(async () => ({}), { name: 'f', ...options }),
  fileCache: (options: object) => fileCache({ directory: folder, ...options }),
  localStorageCache: (options) => localStorageCache(options),
  indexedDbCache: (options) => indexedDbCache(options),
  createTestManager: (options) => createTestManager(options),
  manualClock: (options) => manualClock(options),
  mockLoader: (options) => mockLoader(options),
  configServer: async (options) => (await configServer(options)).close(),
  contractTests: (options) => contractTests(loaderContract, () => ({}) as never, options),
};

const { owners, checker } = optionOwners();
const called = owners.map((owner) => ({
  owner: owner.className === undefined ? owner.name : `${owner.className}.${owner.name}`,
  options: owner.options,
}));

test('every function that takes options is tried', () => {
  expect(called.map(({ owner }) => owner).toSorted()).toEqual(Object.keys(CALLS).toSorted());
});

/** `{ a: { b: [{ c: value }] } }` of `a.b[].c`. */
function optionsWith(path: string, value: unknown): object {
  const [step, ...rest] = path.split('.') as [string, ...string[]];
  const inner = rest.length > 0 ? optionsWith(rest.join('.'), value) : value;
  if (!step.endsWith('[]')) return { [step]: inner };
  return { [step.slice(0, -2)]: [{ loader: mockLoader(), ...(inner as object) }] };
}

/** What is wrong with how a wrong value is answered; undefined when it is refused by name. */
async function complaint(owner: string, path: string, value: unknown): Promise<string | undefined> {
  const shown = inspect(value);
  try {
    await CALLS[owner]!(optionsWith(path, value) as never);
    return `${shown} is taken`;
  } catch (error) {
    if (!isHoldfastError(error)) return `${shown} gives ${String(error)}`;
    if (error.code !== 'INVALID_OPTIONS') return `${shown} gives ${error.code}`;
    const named = error.message.includes(`"${path.replace('[]', '[0]')}`);
    return named ? undefined : `${shown} gives a message that does not name it: ${error.message}`;
  }
}

describe.each(called)('$owner()', ({ owner, options }) => {
  test.each(options)('refuses every wrong $path by its name', async ({ path, type }) => {
    const wrong = wrongValues(type, checker);
    expect(wrong.length).toBeGreaterThan(2);
    const answers = await Promise.all(wrong.map((value) => complaint(owner, path, value)));
    expect(answers.filter((answer) => answer !== undefined)).toEqual([]);
  });

  test('refuses an option that there is not', async () => {
    const call = CALLS[owner]!;
    const refusal = async (wrong: unknown): Promise<string> => {
      try {
        await call(wrong as never);
        return `${inspect(wrong)} is taken`;
      } catch (error) {
        return isHoldfastError(error) ? error.code : String(error);
      }
    };
    expect(await refusal({ thereIsNoSuchOption: 1 })).toBe('INVALID_OPTIONS');
  });
});
