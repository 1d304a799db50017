import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';

test('smoke', async () => {
  const { manager, clock } = createTestManager();
  const record = recordEvents(manager);
  const loader = mockLoader({ value: { pool: { size: 8 }, logLevel: 'info' } });
  const app = manager.register('app', {
    loader,
    schema: z.object({
      logLevel: z.enum(['debug', 'info']).default('info'),
      pool: z.object({ size: z.int().positive() }),
    }),
    defaults: { pool: { size: 4 } },
  });
  expect(app.current.pool.size).toBe(4);
  const ready = app.ready();
  await clock.advance(1);
  expect(await ready).toEqual({ from: 'origin' });
  expect(app.current.pool.size).toBe(8);
  const seen: unknown[] = [];
  app.onChange((v, { changes, trigger }) => seen.push([changes, trigger]));
  app.select('pool.size').onChange((size, { previous }) => seen.push([size, previous]));
  loader.next({ pool: { size: 9 } });
  await clock.advance(100_000);
  expect(seen).toEqual([
    [[{ path: ['pool', 'size'], kind: 'changed', before: 8, after: 9 }], 'poll'],
    [9, 8],
  ]);
  loader.next({ pool: { size: 'secret' } });
  await clock.advance(100_000);
  console.log(app.status, record.types);
  loader.fail(Infinity);
  await clock.advance(1_000_000);
  console.log(app.status);
  loader.heal();
  loader.next({ pool: { size: 9 } });
  const r = app.refresh();
  await clock.advance(1);
  console.log(await r);
  await manager.close();
  expect(app.current.pool.size).toBe(9);
  expect(clock.pending).toBe(0);
});
