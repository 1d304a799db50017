import { expect, test } from 'vitest';
import { missingPeer } from './missing-peer.ts';

test.each([
  ["Cannot find package 'x' imported from y.js", 'ERR_MODULE_NOT_FOUND', 'is not installed'],
  ['Could not resolve "x" imported by "y". Is it installed?', undefined, 'is not installed'],
  ["Cannot find module 'other'", 'MODULE_NOT_FOUND', 'cannot be loaded'],
  ['x is broken', undefined, 'cannot be loaded'],
])('missingPeer() says of %j (%s) that it %s', (message, code, why) => {
  const error = missingPeer('x', Object.assign(new Error(message), { code }));
  expect([error.retry, error.message]).toEqual([
    'slow',
    `needs the package "x", which ${why}: npm install x`,
  ]);
});
