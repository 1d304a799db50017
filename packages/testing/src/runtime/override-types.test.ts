import type { ConfigHandle } from '@holdfast/core';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { because } from './layers.fixture.ts';

/** Only the compiler looks at what is in it. */
const typesOf = (call: () => unknown): void => void call;

test('override() takes what the schema takes, and hands its function what the schema makes', async () => {
  const { manager, clock } = createTestManager();
  const schema = z.object({
    port: z.string().transform(Number),
    pool: z.object({ size: z.int(), hosts: z.array(z.string()) }).optional(),
  });
  const app = manager.register('app', { loader: mockLoader({ value: { port: '80' } }), schema });
  await clock.advance(1);
  expect(app.current.port).toBe(80);
  await app.override('port', '81', because);
  await app.override({ port: '82' }, because);
  await app.override(({ port }) => ({ port: String(port + 1) }), because);
  expect(app.current.port).toBe(83);
  await manager.transaction((tx) => {
    tx.override(app, 'port', '84');
    tx.override(app, ['pool'], { size: 1, hosts: [] });
    tx.override(app, (current) => ({ port: String(current.port + 2) }));
  }, because);
  expect(app.current).toEqual({ port: 85, pool: { size: 1, hosts: [] } });
  const hosts: readonly string[] = ['a'];
  typesOf(() => app.override('pool.hosts', hosts, because));
  typesOf(() => app.override({ pool: { hosts } }, because));
  typesOf(() => app.override(['pool', 'size'], 4, because));
  // @ts-expect-error -- the schema takes a text
  typesOf(() => app.override('port', 81, because));
  // @ts-expect-error -- in a patch, too
  typesOf(() => app.override({ port: 81 }, because));
  // @ts-expect-error -- and from a function
  typesOf(() => app.override(({ port }) => ({ port }), because));
  // @ts-expect-error -- there is no such path
  typesOf(() => app.override('pool.sise', 4, because));
  // @ts-expect-error -- that would be no override
  typesOf(() => app.override('pool', undefined, because));
  await manager.transaction((tx) => {
    // @ts-expect-error -- a transaction does as the handle does
    typesOf(() => tx.override(app, 'port', 81));
    // @ts-expect-error -- in a patch, too
    typesOf(() => tx.override(app, { port: 81 }));
  }, because);
  // who names the value alone takes handles of every schema
  expectTypeOf(app).toExtend<ConfigHandle<typeof app.current>>();
  await manager.close();
});
