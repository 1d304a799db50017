import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { createContext } from './context.fixture.ts';

test('LoaderUses closes a loader when its last user leaves', async () => {
  const { loaders } = createContext().pools;
  const loader = mockLoader();
  loaders.enter(loader);
  loaders.enter(loader);
  await loaders.leave(loader, 'a');
  expect(loader.closes).toBe(0);
  await loaders.leave(loader, 'b');
  expect(loader.closes).toBe(1);
  await loaders.leave(loader, 'b');
  expect(loader.closes).toBe(1);
});

test('LoaderUses counts each loader by itself, and again after it was closed', async () => {
  const { loaders } = createContext().pools;
  const [one, two] = [mockLoader(), mockLoader()];
  loaders.enter(one);
  loaders.enter(two);
  await loaders.leave(one, 'a');
  expect([one.closes, two.closes]).toEqual([1, 0]);
  loaders.enter(one);
  await loaders.leave(one, 'a');
  expect(one.closes).toBe(2);
});

test.each([
  [
    'throws',
    () => {
      throw new Error('stuck');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('stuck');
    },
  ],
])('LoaderUses reports a loader whose close() %s', async (_, close) => {
  const { pools, failures } = createContext();
  const { loaders } = pools;
  const loader = { ...mockLoader(), close };
  loaders.enter(loader);
  await loaders.leave(loader, 'app');
  expect(failures).toEqual(['Config "app": closing mock failed: stuck']);
});

test('LoaderUses has nothing to do with a loader that holds nothing open', async () => {
  const { loaders } = createContext().pools;
  const loader = mockLoader();
  Reflect.deleteProperty(loader, 'close');
  loaders.enter(loader);
  await expect(loaders.leave(loader, 'app')).resolves.toBeUndefined();
});
