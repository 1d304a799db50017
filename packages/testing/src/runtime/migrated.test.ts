import { createTestManager, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';

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
