import type { Cache, JsonValue } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { preload } from '@holdfast/core/preload';
import { createTestManager, type ManualClock, manualClock, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { ann, brings, soon } from './history.fixture.ts';

test('the status says which steps of migrations the document in force went through', async () => {
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: { version: 1, size: 4 } });
  const app = manager.register('app', {
    loader,
    migrations: [{ from: 1, to: 2, migrate: (old) => ({ ...(old as object), version: 2 }) }],
  });
  await clock.advance(1);
  await app.ready();
  expect(app.current).toEqual({ version: 2, size: 4 });
  expect(app.status.sources[0]!.migrated).toEqual(['1 -> 2']);
  loader.next({ version: 2, size: 5 });
  const refreshed = app.refresh();
  await clock.advance(1);
  await refreshed;
  expect(app.status.sources[0]).not.toHaveProperty('migrated');
  await manager.close();
});

/** The release that knows version 2, and how to come there. */
const later = {
  accepts: 2,
  migrations: [
    {
      from: 1,
      to: 2,
      migrate: (old: object) => ({ ...old, version: 2, size: Number(sizeOf(old)) }),
    },
  ],
} as const;

const sizeOf = (document: object): unknown => (document as { size?: unknown }).size;

/** One release; the next one has the same clock and cache. */
async function release(value: JsonValue, options: object, cache: Cache, clock: ManualClock) {
  const { manager } = createTestManager({ clock, cache });
  const loader = mockLoader({ value });
  const app = manager.register<object>('app', { loader, ...options } as never);
  await clock.advance(1);
  return { manager, loader, app, cache, clock };
}

const world = () => {
  const clock = manualClock({ preload: [preload] });
  return [memoryCache({ clock }), clock] as const;
};

test('importState() takes documents through migrations, and refuses what accepts does not take', async () => {
  const old = await release({ version: 1, size: '4' }, {}, ...world());
  await old.app.snapshot({ description: 'of version 1' });
  await brings(old as never, { version: 1, size: '5' });
  const state = await old.manager.exportState();
  const { app, manager, ...rest } = await release({ version: 2, size: 1 }, later, ...world());
  await soon(rest, manager.importState(state, ann));
  expect(app.current).toEqual({ version: 2, size: 5 });
  expect(app.status.sources[0]!.migrated).toEqual(['1 -> 2']);
  await soon(rest, app.rollback('s1', ann));
  expect(app.current).toEqual({ version: 2, size: 4 });

  const strict = await release({ version: 2, size: 1 }, { accepts: 2 }, ...world());
  await expect(soon(strict, strict.manager.importState(state, ann))).rejects.toMatchObject({
    code: 'VERSION_REFUSED',
    message: expect.stringContaining('The document of source "mock" of snapshot s1 has version 1'),
  });
  expect(strict.app.current).toEqual({ version: 2, size: 1 });
});

test('what is barred stays so over a restart and an import into a release that migrates it', async () => {
  const [cache, clock] = world();
  const old = await release({ version: 1, size: 1 }, {}, cache, clock);
  await brings(old as never, { version: 1, size: 2 });
  await soon(old, old.app.rollback(1, ann));
  const state = await old.manager.exportState();
  await soon(old, old.manager.close());

  const restarted = await release({ version: 1, size: 2 }, later, cache, clock);
  await clock.advance(400_000);
  expect(restarted.app.current).toEqual({ version: 2, size: 1 });
  expect(restarted.app.status.sources[0]!.waiting).toEqual({ kind: 'barred' });

  const other = await release({ version: 1, size: 1 }, later, ...world());
  await soon(other, other.manager.importState(state, ann));
  await brings(other as never, { version: 1, size: 2 });
  expect(other.app.current).toEqual({ version: 2, size: 1 });
});
