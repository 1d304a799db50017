import { createTestManager, manualClock, mockLoader } from '@holdfast/testing';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Logger } from './ports/logger.ts';
import { memoryCache } from './memory-cache.ts';

/** A manager, and what its log says is served and when the next try is. */
function rig(cache = memoryCache({ clock: manualClock() })) {
  const lines: string[] = [];
  const write = (message: string): void => void lines.push(message.split('; ').slice(1).join('; '));
  const closing = (message: string): void => void (message.endsWith('closed') && write(message));
  const logger: Logger = { debug: closing, info: write, warn: write, error: write };
  return { ...createTestManager({ cache, logger }), lines };
}

test('describe says that there is no value, and when the next try is', async () => {
  const { manager, clock, lines } = rig();
  const loader = mockLoader({ value: { a: 1 } });
  loader.fail(Infinity);
  manager.register('app', { loader });
  await clock.advance(1);
  expect(lines.at(-1)).toMatch(/^there is no value to serve; next try in [\d.]+ s \(backoff\)$/);
  await manager.close();
});

test('describe says which version is served, and from where', async () => {
  const cache = memoryCache({ clock: manualClock() });
  const { manager, clock, lines } = rig(cache);
  const loader = mockLoader({ value: { a: 1 } });
  const app = manager.register('app', { loader, defaults: { a: 0 } });
  await clock.advance(1);
  expect(lines[0]).toMatch(
    /^serving version 2 from the origin; next try in [\d.]+ s \(interval\)$/,
  );
  loader.fail(Infinity);
  void app.refresh();
  await clock.advance(1);
  expect(lines.at(-1)).toMatch(
    /^serving version 2 from the origin; next try in [\d.]+ s \(backoff\)/,
  );
  await manager.close();
  expect(lines.at(-1)).toBe('serving version 2 from the origin; closed');

  const restarted = rig(cache);
  const dead = mockLoader();
  dead.fail(Infinity);
  restarted.manager.register('app', { loader: dead, defaults: { a: 0 } });
  await restarted.clock.advance(3_600_000);
  expect(restarted.lines.find((line) => line.includes('backoff'))).toMatch(
    /^serving version 2 from the cache, confirmed \d+ s ago; next try in [\d.]+ s \(backoff\)$/,
  );
  await restarted.manager.close();
});

test('describe says which source the value is without, where others have a document', async () => {
  const { manager, clock, lines } = rig();
  const env = mockLoader({ name: 'env', value: { n: 'one' } });
  const sources = [
    { name: 'file', loader: mockLoader({ name: 'file', value: { n: 1 } }) },
    { name: 'env', loader: env },
    { name: 'more', loader: mockLoader({ name: 'more' }), optional: true },
  ];
  const app = manager.register('app', { sources, schema: z.object({ n: z.number() }) });
  await clock.advance(1);
  expect(app.status.from).toBe('defaults');
  await clock.advance(100_000);
  const said = lines.filter((line) => line.startsWith('serving version 1'));
  expect(said.at(-1)).toMatch(
    /^serving version 1 from the origin(, confirmed \d+ s ago)?, without a document of env; next/,
  );
  await manager.close();
});

test('describe says when nothing is scheduled: a try under way, a pause', async () => {
  const { manager, clock } = rig();
  const loader = mockLoader({ value: { a: 1 } });
  loader.hang();
  const app = manager.register('app', { loader });
  await clock.advance(1);
  const early = app.ready({ timeoutMs: 100 }).catch((error: Error) => error.message);
  await clock.advance(100);
  expect(await early).toBe(
    'Config "app" has no value after 100 ms: its source has not answered yet; there is no value to serve; a try is under way',
  );
  app.pause();
  await clock.advance(20_000);
  const paused = app.ready({ timeoutMs: 100 }).catch((error: Error) => error.message);
  await clock.advance(100);
  expect(await paused).toMatch(/; there is no value to serve; paused$/);
  await manager.close();
});

test.each([
  [{}, 'all its sources are empty, and it has no defaults: give some, {} will do'],
  [{ defaults: {} }, 'all its sources are empty; its defaults alone are no whole value'],
])('ready() says that all sources are empty, where that is no value with %o', async (more, why) => {
  const { manager, clock } = rig();
  const sources = [{ name: 's', loader: mockLoader(), optional: true }];
  const schema = z.object({ n: z.number() });
  const app = manager.register('app', { sources, schema, ...more });
  const early = app.ready({ timeoutMs: 100 }).catch((error: Error) => error.message);
  await clock.advance(100);
  expect(await early).toContain(`has no value after 100 ms: ${why}`);
  expect(app.status).toMatchObject({ state: 'starting', sources: [{ state: 'fresh' }] });
  expect(manager.summary().state).toBe('starting');
  await manager.close();
});

test('ready() says that what its source has is pinned away', async () => {
  const cache = memoryCache();
  const first = rig(cache);
  const loader = mockLoader({ value: { n: 1 } });
  const app = first.manager.register('app', { loader });
  await first.clock.advance(1);
  loader.next({ n: 2 });
  const refreshed = app.refresh();
  await first.clock.advance(1);
  await refreshed;
  await app.rollback(1, { by: 'ann', reason: 'a test' });
  await first.manager.close();
  // the pin is there, the document is not
  const second = rig(cache);
  const other = mockLoader({ value: { n: 2 }, key: 'other' });
  const again = second.manager.register('app', { loader: other });
  const early = again.ready({ timeoutMs: 100 }).catch((error: Error) => error.message);
  // what is pinned away is known by its fingerprint, which the platform makes in a thread of its own
  await vi.waitFor(async () => {
    await second.clock.advance(1);
    expect(again.status.sources[0]!.waiting).toEqual({ kind: 'barred' });
  });
  await second.clock.advance(99);
  expect(await early).toContain('after 100 ms: what its source has is pinned away: unpin()');
  expect(again.status.state).toBe('starting');
  await second.manager.close();
});
