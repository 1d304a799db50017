import { createConfigManager } from '@holdfast/core';
import { preload } from '@holdfast/core/preload';
import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';

// alone in its file, and on no manual clock, which waits for imports: what writes lines must not be there yet
test('the first line tells of the state of its event, though it is written when log lines are loaded', async () => {
  const lines: string[] = [];
  const keep = (line: string): void => void lines.push(line);
  const logger = { debug: keep, info: keep, warn: keep, error: keep };
  await using manager = createConfigManager({ logger });
  const loader = mockLoader();
  loader.fail(1);
  const app = manager.register('app', { loader });
  manager.on('*', ({ type }) => {
    if (type === 'poll.finished') app.pause();
  });
  await app.refresh();
  await preload();
  expect(app.status.paused).toBe(true);
  expect(lines).toEqual([
    expect.stringMatching(/starting -> stale: .*no value to serve; next try in .* \(backoff\)$/),
    expect.stringMatching(/poll failed .*no value to serve; next try in .* \(backoff\)$/),
  ]);
});
