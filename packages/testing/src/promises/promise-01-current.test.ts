import { HoldfastError } from '@holdfast/core';
import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Doc, edited, first, poll, scene, settledScene } from './scene.fixture.ts';

function deeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(deeplyFrozen);
}

test('promise 1: current throws NO_VALUE before there is any, and says why', async () => {
  const { app, clock, loader } = scene({ loader: { value: undefined! } });
  expect(() => app.current).toThrow(HoldfastError);
  expect(() => app.current).toThrow('no document yet');
  loader.fail(Infinity);
  await clock.advance(1);
  expect(() => app.get('pool.size')).toThrow(
    expect.objectContaining({
      code: 'NO_VALUE',
      message: expect.stringContaining('connection refused') as string,
    }),
  );
});

test('promise 1: NO_VALUE says what is with the defaults: at once, and once they were looked at', async () => {
  const config = { schema: z.object({ n: z.number() }), defaults: {} as never };
  const { app, clock } = scene({ loader: { value: undefined! }, config });
  expect(() => app.current).toThrow('no document yet; its defaults give none. Await');
  await clock.advance(1);
  expect(() => app.current).toThrow('; its defaults give none: the value does not fit');
});

test('promise 1: NO_VALUE of a config that was closed does not advise to wait', async () => {
  const { app, manager } = scene({ loader: { value: undefined! } });
  expect(() => app.current).toThrow(/; no defaults. Await ready\(\) first$/);
  await manager.close();
  expect(() => app.current).toThrow(/; no defaults$/);
});

test('promise 1: current answers at once from defaults, before any poll', () => {
  const { app, loader } = scene({ config: { defaults: first } });
  expect(app.current).toEqual(first);
  expect(loader.loads).toBe(0);
});

test('promise 1: current never touches the loader', async () => {
  const { app, loader } = await settledScene();
  const before = loader.loads;
  for (let i = 0; i < 1_000; i++) void app.current.pool.size;
  expect(loader.loads).toBe(before);
});

test('promise 1: current goes on to answer whatever fails, and after close', async () => {
  const { app, clock, loader, manager } = await settledScene();
  const { current } = app;
  loader.fail(Infinity);
  await clock.advance(3_600_000);
  expect(app.current).toBe(current);
  loader.heal();
  loader.next(new Uint8Array([0xff]));
  await clock.advance(3_600_000);
  expect(app.current).toBe(current);
  await manager.close();
  expect(app.current).toBe(current);
});

test.each([
  ['a JSON value', false],
  ['bytes', true],
])('P20 promise 1: current is deeply frozen, also after a change, from %s', async (_, asBytes) => {
  const served = (value: object) =>
    asBytes ? new TextEncoder().encode(JSON.stringify(value)) : (structuredClone(value) as never);
  const made = await settledScene({ loader: { value: served(first) } });
  expect(deeplyFrozen(made.app.current)).toBe(true);
  made.loader.next(served({ ...first, added: { deep: [{ er: {} }] } }));
  await poll(made);
  expect(made.app.current).toHaveProperty('added');
  expect(deeplyFrozen(made.app.current)).toBe(true);
  expect(() => ((made.app.current.pool as { size: number }).size = 9)).toThrow(TypeError);
});

test('P20 promise 1: current is not changed by whoever made the document or the defaults', async () => {
  const mine = { pool: { size: 1 }, list: [1] };
  const loader = mockLoader({ value: mine });
  const defaults = { low: { est: 1 } };
  const made = await settledScene({ config: { loader, defaults: defaults as never } });
  const { current } = made.app;
  mine.pool.size = 99;
  mine.list.push(2);
  defaults.low.est = 99;
  expect(current).toEqual({ pool: { size: 1 }, list: [1], low: { est: 1 } });
  expect(made.app.current).toBe(current);
});

test('promise 1: current keeps its identity while the document says the same', async () => {
  const made = await settledScene();
  const { current } = made.app;
  await made.clock.advance(600_000); // "unchanged"
  expect(made.app.current).toBe(current);
  made.loader.next(structuredClone(first)); // another revision, equal content
  await poll(made);
  made.loader.next({ log: first.log, revision: 1, pool: { hosts: ['a', 'b'], size: 4 } }); // another order of keys
  await poll(made);
  expect(made.app.current).toBe(current);
  expect(made.app.status.version).toBe(1);
  expect(made.record.of('config.changed')).toEqual([]);
});

test('promise 1: an unchanged subtree keeps its identity', async () => {
  const made = await settledScene();
  const before = made.app.current;
  made.loader.next(edited({ revision: 2, pool: { size: 5, hosts: ['a', 'b'] } }));
  await poll(made);
  const after = made.app.current;
  expect(after).not.toBe(before);
  expect(after.pool).not.toBe(before.pool);
  expect(after.pool.hosts).toBe(before.pool.hosts);
  expect(after.log).toBe(before.log);
  expect(before).toEqual(first); // what somebody holds never changes
});

test('promise 1: an unchanged item of an array keeps its identity', async () => {
  const items = [{ id: 1 }, { id: 2 }, { id: 3 }];
  const made = await settledScene({ loader: { value: { items } } });
  const current = () => (made.app.current as unknown as { items: object[] }).items;
  const before = current();
  made.loader.next({ items: [{ id: 1 }, { id: 9 }, { id: 3 }] });
  await poll(made);
  expect(current().map((item, i) => item === before[i])).toEqual([true, false, true]);
});

test('promise 1: whoever looks while listeners run sees the whole new state, never half of it', async () => {
  const made = await settledScene();
  const { app, manager, loader } = made;
  const pool = app.select('pool');
  const seen: unknown[] = [];
  const look = (who: string) => () => {
    const { current, status } = app;
    seen.push([who, current.revision, current.log.level, pool.current.size, status.version]);
    expect(status.state).toBe('fresh');
  };
  app.onChange(look('first'));
  pool.onChange(look('pool'));
  app.select('log.level').onChange(look('level'));
  manager.on('config.changed', look('event'));
  manager.on('status.changed', look('status'));
  app.onChange(look('last'));
  loader.next(edited({ revision: 2, pool: { size: 5, hosts: [] }, log: { level: 'warn' } }));
  await poll(made);
  expect(seen).toEqual(
    ['first', 'pool', 'level', 'last', 'event'].map((who) => [who, 2, 'warn', 5, 2]),
  );
});

test('promise 1: a value read before an await is whole after it', async () => {
  const made = await settledScene();
  const held: Doc[] = [];
  for (let n = 1; n <= 20; n++) {
    made.loader.next(edited({ revision: n, pool: { size: n, hosts: [`${n}`] } }));
    await poll(made, 7_000);
    held.push(made.app.current);
  }
  expect(held).toHaveLength(20);
  for (const value of held) {
    expect([value.pool.size, value.pool.hosts[0]]).toEqual([value.revision, `${value.revision}`]);
  }
  expect(new Set(held).size).toBe(20);
});
