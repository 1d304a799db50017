import { expect, test, vi } from 'vitest';
import { lazily } from './lazily.ts';

test('lazily() loads when it is first asked, once for all', async () => {
  const load = vi.fn<() => Promise<number>>(async () => 5);
  const lazy = lazily(load);
  expect(load).not.toHaveBeenCalled();
  expect(await Promise.all([lazy(), lazy()])).toEqual([5, 5]);
  expect(await lazy()).toBe(5);
  expect(load).toHaveBeenCalledTimes(1);
});

test('lazily() tries again after a failure', async () => {
  const load = vi.fn<() => Promise<number>>().mockRejectedValueOnce(new Error('disk gone'));
  load.mockResolvedValue(5);
  const lazy = lazily(load);
  await expect(lazy()).rejects.toThrow('disk gone');
  expect(await lazy()).toBe(5);
});
