import { expect, test } from 'vitest';
import { type KeyCase, pathOf } from './names.ts';

test.each<[string, KeyCase, readonly string[] | undefined]>([
  ['APP_PORT', 'camel', ['port']],
  ['APP_LOG_LEVEL', 'camel', ['logLevel']],
  ['APP_POOL__MAX_SIZE', 'camel', ['pool', 'maxSize']],
  ['APP_pool__maxSize', 'camel', ['pool', 'maxSize']],
  ['APP_pool__MAX_SIZE', 'camel', ['pool', 'maxSize']],
  ['APP_DB_2', 'camel', ['db2']],
  ['APP_X_Y_Z', 'camel', ['xYZ']],
  ['APP_A___B', 'camel', ['a', '_b']],
  ['APP_GRÖSSE_IN_M', 'camel', ['größeInM'.replace('ß', 'ss')]],
  ['APP_POOL__MAX_SIZE', 'lower', ['pool', 'max_size']],
  ['APP_Pool__MAX_SIZE', 'exact', ['Pool', 'MAX_SIZE']],
  ['APP_', 'camel', ['']],
  ['APP___A', 'camel', ['', 'a']],
  ['APP_A__', 'camel', ['a', '']],
  ['app_PORT', 'camel', undefined],
  ['OTHER', 'camel', undefined],
])('pathOf(%j) with keys %j is %j', (name, keys, path) => {
  expect(pathOf(name, { prefix: 'APP_', separator: '__', keys })).toEqual(path);
});

test('pathOf() takes any separator', () => {
  expect(pathOf('APP.A.B_C', { prefix: 'APP.', separator: '.', keys: 'camel' })).toEqual([
    'a',
    'bC',
  ]);
});
