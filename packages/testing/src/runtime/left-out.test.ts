import { envLoader } from '@holdfast/loaders/env';
import { mapped } from '@holdfast/loaders/mapped';
import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { everyMinute, soon, stage } from '../promises/scene.fixture.ts';

const schema = z.object({ port: z.int(), pool: z.object({ size: z.int() }) });
const value = { port: 1, pool: { size: 1 }, beside: 1 };

/** Variables over a document from elsewhere. */
function scene(variables: Record<string, string>, config: object = {}) {
  const made = stage();
  const env = { ...variables };
  const loader = mockLoader({ value });
  const high = envLoader({ prefix: 'APP_', env });
  const app = made.manager.register('app', {
    sources: [
      { name: 'low', loader },
      { name: 'env', loader: high },
    ],
    polling: everyMinute,
    schema,
    ...config,
  });
  const polled = () => soon(made.clock, app.refresh());
  const told = () =>
    made.record.of('config.warned').map(({ source, message }) => [source, message]);
  return { ...made, app, env, loader, polled, told };
}

const nothing = (paths: string) => [
  'env',
  `The document of env APP_* does nothing at ${paths}: no other layer has that, and the value would be the same without it`,
];

test('a variable that the schema leaves out is told of', async () => {
  const { app, clock, told } = scene({ APP_POOL_SIZE: '5', APP_PORT: '2', APP_POOL__SISE: '1' });
  await clock.advance(1);
  expect(app.current).toEqual({ port: 2, pool: { size: 1 } });
  expect(told()).toEqual([nothing('poolSize, pool.sise')]);
});

test('a variable that the schema leaves out is told of once, each that comes later by itself', async () => {
  const { clock, env, loader, polled, told } = scene({ APP_POOL_SIZE: '5' });
  await clock.advance(1);
  for (const size of ['6', '7']) {
    env['APP_POOL_SIZE'] = size;
    loader.next({ ...value, port: Number(size) });
    await polled();
  }
  env['APP_LOG_LVL'] = 'debug';
  await polled();
  expect(told()).toEqual([nothing('poolSize'), nothing('logLvl')]);
});

test('a variable that the schema leaves out is told of when the document below it is there', async () => {
  const { app, clock, loader, polled, told } = scene(
    { APP_POOL_SIZE: '5' },
    { defaults: { port: 1, pool: { size: 1 } } },
  );
  loader.fail();
  await clock.advance(1);
  expect(told()).toEqual([]);
  loader.next(value);
  await polled();
  expect(app.current.port).toBe(1);
  expect(told()).toEqual([nothing('poolSize')]);
});

const renames = z.object({ ttl: z.int().optional() }).transform(({ ttl }) => ({ ttlMs: ttl }));

test.each<[string, Record<string, string>, object]>([
  ['what another layer has', { APP_BESIDE: '2' }, {}],
  ['what the value has', { APP_PORT: '2', APP_POOL__SIZE: '3' }, {}],
  ['what the schema gives another name', { APP_TTL: '5' }, { schema: renames }],
  ['what the schema keeps', { APP_POOL_SIZE: '5' }, { schema: z.looseObject({}) }],
  ['what no schema leaves out', { APP_POOL_SIZE: '5' }, { schema: undefined }],
])('nothing is told of %s', async (_, variables, config) => {
  const { clock, told } = scene(variables, config);
  await clock.advance(1);
  expect(told()).toEqual([]);
});

test('nothing is told of a variable that waits for a restart', async () => {
  const { app, clock, env, polled, told } = scene(
    {},
    { schema: schema.extend({ tls: z.string().optional() }), restartOnly: ['tls'] },
  );
  await clock.advance(1);
  env['APP_TLS'] = 'on';
  await polled();
  expect(app.status.pendingRestart).toEqual(['tls']);
  expect(told().filter(([source]) => source === 'env')).toEqual([]);
});

test('nothing is told of variables that are made into something else, nor of documents that others read, too', async () => {
  const { clock, told } = scene(
    {},
    {
      sources: [
        { name: 'low', loader: mockLoader({ value }) },
        {
          name: 'env',
          loader: mapped(envLoader({ prefix: 'A_', env: { A_B: '1' } }), (all) => all),
        },
      ],
    },
  );
  await clock.advance(1);
  expect(told()).toEqual([]);
});
