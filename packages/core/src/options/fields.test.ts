import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { dynamicOnly, restartOnly, secret } from '../zod.ts';
import { type AnyConfigOptions, resolveConfig } from './config.ts';

const resolve = (options: Partial<AnyConfigOptions>) =>
  resolveConfig('app', { loader: mockLoader(), ...options });

test('resolveFields() gives no rules where nothing names any', () => {
  expect(resolve({ schema: z.object({}) })).toMatchObject({
    secrets: [],
    restartOnly: [],
    dynamicOnly: [],
  });
});

test('resolveFields() takes paths of both forms, and adds what the schema marks', () => {
  const schema = z.object({
    password: secret(z.string()),
    port: restartOnly(z.int()),
    level: dynamicOnly(z.string()),
  });
  const policy = resolve({
    schema,
    secrets: ['db.password', ['a.b', 0]],
    restartOnly: ['db.host'],
    dynamicOnly: [['pool']],
  });
  expect(policy).toMatchObject({
    secrets: [['db', 'password'], ['a.b', 0], ['password']],
    restartOnly: [['db', 'host'], ['port']],
    dynamicOnly: [['pool'], ['level']],
  });
});

test('resolveFields() takes stars, and gives them for what is in lists and records', () => {
  const schema = z.object({
    users: z.array(z.object({ pin: secret(z.string()) })),
    servers: z.record(z.string(), z.object({ port: restartOnly(z.int()) })),
  });
  expect(resolve({ schema, secrets: ['tokens.*'] })).toMatchObject({
    secrets: [
      ['tokens', '*'],
      ['users', '*', 'pin'],
    ],
    restartOnly: [['servers', '*', 'port']],
  });
});
