import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { dynamicOnly, restartOnly, secret } from '../zod.ts';
import { type AnyConfigOptions, resolveConfig } from './config.ts';
import { refusalOf } from './refusals.fixture.ts';

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

test('resolveFields() takes a star in secrets', () => {
  const schema = z.object({ users: z.array(z.object({ pin: secret(z.string()) })) });
  expect(resolve({ schema, secrets: ['tokens.*'] }).secrets).toEqual([
    ['tokens', '*'],
    ['users', '*', 'pin'],
  ]);
});

test.each(['restartOnly', 'dynamicOnly'] as const)(
  'resolveFields() refuses %s within lists and records',
  (rule) => {
    const message = `Cannot use "${rule}()" of config "app" as it must be about whole lists and records, not about what is in them: current value is servers.*.port`;
    const mark = { restartOnly, dynamicOnly }[rule];
    const schema = z.object({ servers: z.array(z.object({ port: mark(z.int()) })) });
    expect(refusalOf(() => resolve({ schema }))).toBe(message);
  },
);
