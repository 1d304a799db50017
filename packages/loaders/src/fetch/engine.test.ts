import { createTestManager } from '@holdfast/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { fetchLoader } from '../fetch.ts';

afterEach(() => vi.unstubAllGlobals());

const url = 'https://config.test/app.json';

/** A server that counts its requests, and changes its document at each. */
function countingServer() {
  let count = 0;
  const fetch = async (): Promise<Response> => Response.json({ count: (count += 1) });
  return { fetch, requests: () => count };
}

test('an `online` event makes the poll come early, within the minimum interval, and leaves the interval as it was', async () => {
  const page = new EventTarget();
  vi.stubGlobal('ononline', null);
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  const server = countingServer();
  const { manager, clock } = createTestManager();
  const polling = { intervalMs: 60_000, minIntervalMs: 10_000, strategy: 'fixed' } as const;
  const app = manager.register('app', {
    loader: fetchLoader({ url, fetch: server.fetch }),
    polling,
  });
  await clock.advance(0);
  await app.ready();
  expect(server.requests()).toBe(1);
  for (let i = 0; i < 100; i += 1) page.dispatchEvent(new Event('online'));
  await clock.advance(9_000);
  expect(server.requests()).toBe(1);
  await clock.advance(2_000);
  expect(server.requests()).toBe(2);
  // a watch that says that it stands would stretch the polls
  await clock.advance(70_000);
  expect(server.requests()).toBe(3);
  await manager.close();
});
