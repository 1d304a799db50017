import { expect, test } from 'vitest';
import { ann, brings, keeps, soon } from './history.fixture.ts';

const unwritten = {
  code: 'CACHE_FAILED',
  message:
    'Config "app": it is in force, but not written down, so that a restart does not know of it: it holds secrets, so that nothing of it is cached: give cacheKeys to the manager',
};

test('pin() rejects where a config with secrets has no cacheKeys: it holds until the restart alone', async () => {
  const made = await keeps({ secrets: ['name'] });
  await expect(soon(made, made.app.pin(ann))).rejects.toMatchObject(unwritten);
  expect(made.app.status.pinned).toBe('all');
  await expect(soon(made, made.app.unpin(ann))).resolves.toEqual({ kind: 'unchanged' });
  expect(made.app.status.pinned).toBeUndefined();
});

test('rollback() rejects where a config with secrets has no cacheKeys, and is in force', async () => {
  const made = await keeps({ secrets: ['name'] });
  await brings(made, { size: 2 });
  await expect(soon(made, made.app.rollback(1, ann))).rejects.toMatchObject(unwritten);
  expect(made.app.current).toEqual({ size: 1 });
});
