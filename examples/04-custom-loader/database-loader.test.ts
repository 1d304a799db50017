import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { test } from 'vitest';
import { Database } from './database.ts';
import { databaseLoader } from './database-loader.ts';

function createHarness(): LoaderHarness {
  const database = new Database();
  const document = { greeting: 'Hello' };
  database.write('app', document);
  return {
    loader: databaseLoader(database, 'app'),
    document,
    publish: (next) => database.write('app', next),
    remove: () => database.delete('app'),
    breakSource: () => void (database.state = 'down'),
    healSource: () => void (database.state = 'up'),
    hang: () => void (database.state = 'silent'),
    disconnect: () => database.disconnect(),
    restart: () => databaseLoader(database, 'app'),
  };
}

// it is given no credential, leaves the limits to the engine, and has neither decode() nor close()
const without = ['secrets', 'limits', 'decode', 'close'] as const;

for (const { name, skip, run } of contractTests(loaderContract, createHarness, { without })) {
  (skip ? test.skip : test)(name, run);
}
