import { createTestManager, manualClock, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
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
