import { secret } from '@holdfast/core/zod';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { layers, polled } from './layers.fixture.ts';

const schema = z.object({
  port: z.int(),
  pool: z.object({ size: z.int(), name: z.string() }),
  pin: secret(z.string()).optional(),
});
const value = { port: 1, pool: { size: 1, name: 'a' }, pin: 'pw' };

async function warnings(defaults: object, config: object = {}): Promise<readonly string[]> {
  const made = layers({ origin: { value } }, { config: { schema, defaults, ...config } });
  await made.clock.advance(1);
  made.loaders.origin.next({ ...value, port: 2 });
  await polled(made);
  expect(made.app.current.port).toBe(2);
  return made.record.of('config.warned').map(({ message }) => message);
}

test('defaults that the schema will never take are told of once, though the source is up', async () => {
  expect(await warnings({ port: 'x', pool: { size: 'y' } })).toEqual([
    'A part of the defaults does not fit the schema: port: Invalid input: expected number, received string; pool.size: Invalid input: expected number, received string',
  ]);
});

test('of a secret in defaults no more than its type is told', async () => {
  expect(await warnings({ ...value, pin: 4711 })).toEqual([
    'A part of the defaults does not fit the schema: pin: is not valid (invalid_type: expected string, received number)',
  ]);
});

const issues = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: 5 }) } };

test.each<[string, object, object?]>([
  ['are not all of a value', { pool: { size: 1 } }],
  ['are nothing', {}],
  ['are a whole value', value],
  ['have no schema', { port: 'x' }, { schema: undefined }],
])('nothing is told of defaults that %s', async (_, defaults, config) => {
  expect(await warnings(defaults, config)).toEqual([]);
});

test('nothing is told of defaults by a schema whose issues are none', async () => {
  const made = layers(
    { origin: { value } },
    { config: { schema: issues, defaults: { port: 'x' } } },
  );
  await made.clock.advance(1);
  expect(made.record.of('config.warned')).toEqual([]);
  expect(made.record.of('listener.failed')).toEqual([]);
});
