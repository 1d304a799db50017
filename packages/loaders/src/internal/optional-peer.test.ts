import { isLoadError } from '@holdfast/core';
import { expect, test } from 'vitest';
import { optionalPeer } from './optional-peer.ts';

const failing = (message: string, code?: string) => () =>
  Promise.reject(Object.assign(new Error(message), { code }));

test('optionalPeer() gives what is installed', async () => {
  expect(await optionalPeer('x', async () => 5)).toBe(5);
});

test.each([
  ["Cannot find package 'x' imported from y.js", 'ERR_MODULE_NOT_FOUND', 'is not installed'],
  ["Cannot find module 'other'", 'MODULE_NOT_FOUND', 'cannot be loaded'],
  ['x is broken', undefined, 'cannot be loaded'],
])('optionalPeer() says of %j (%s) that it %s', async (message, code, why) => {
  const error: unknown = await optionalPeer('x', failing(message, code)).catch((e: unknown) => e);
  expect(isLoadError(error) && [error.retry, error.message]).toEqual([
    'slow',
    `needs the package "x", which ${why}: npm install x`,
  ]);
});
