import { memoryCache } from '@holdfast/core/memory-cache';
import { preload } from '@holdfast/core/preload';
import { createTestManager, manualClock, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';

test('a pin bars documents by the name of their source, whatever its place after a restart', async () => {
  const clock = manualClock({ preload: [preload] });
  const cache = memoryCache({ clock });
  const a = mockLoader({ name: 'a', value: { a: 1 } });
  const b = mockLoader({ name: 'b', value: { b: 1 } });
  const begin = async (loaders: readonly (typeof a)[]) => {
    const { manager } = createTestManager({ clock, cache });
    const sources = loaders.map((loader) => ({ loader }));
    const app = manager.register<{ a: number; b: number }>('app', { sources });
    await clock.advance(1);
    await app.ready();
    return { manager, app };
  };
  const before = await begin([a, b]);
  b.next({ b: 666 });
  const refreshed = before.app.refresh();
  await clock.advance(1);
  await refreshed;
  expect(before.app.current).toEqual({ a: 1, b: 666 });
  const back = before.app.rollback(1, { by: 'ann', reason: 'it is the number of the beast' });
  await clock.advance(1);
  await back;
  await before.manager.close();

  const { app, manager } = await begin([b, a]);
  await clock.advance(400_000);
  expect(app.current).toEqual({ a: 1, b: 1 });
  expect(app.status.sources.map(({ name, waiting }) => [name, waiting?.kind])).toEqual([
    ['b', 'barred'],
    ['a', undefined],
  ]);
  await manager.close();
});
