import { memoryCache } from '@holdfast/core/memory-cache';
import { preload } from '@holdfast/core/preload';
import { createTestManager, manualClock, mockLoader, recordEvents } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { ann, type Size, spyOn } from './history.fixture.ts';

/** One machine, on which processes start and end; its clock goes on meanwhile. */
function machine() {
  const clock = manualClock({ preload: [preload] });
  const { spied: cache, stored } = spyOn(memoryCache({ clock }));
  const start = async () => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const logger = { debug: write, info: write, warn: write, error: write };
    const { manager } = createTestManager({ clock, cache, logger });
    const record = recordEvents(manager);
    const loader = mockLoader({ value: { size: 1 } });
    const app = manager.register<Size>('app', { loader } as never);
    await clock.advance(1);
    const soon = async <T>(act: Promise<T>): Promise<T> => {
      await clock.advance(1);
      return act;
    };
    return { manager, app, record, lines, soon, end: () => soon(manager.close()) };
  };
  return { clock, stored, start };
}

const persist = { ...ann, persist: true };

test('persist: what ended while the process was down stays away, wherever the clock is set afterwards', async () => {
  const { clock, stored, start } = machine();
  const first = await start();
  await first.soon(first.app.override({ size: 9 }, { ...persist, ttlMs: 60_000 }));
  await first.end();
  await clock.advance(120_000);
  const second = await start();
  expect(second.app.current.size).toBe(1);
  await second.end();
  expect(stored()).not.toContain('"size":9');
  clock.step(-110_000);
  const third = await start();
  expect([third.app.current.size, await third.app.overrides()]).toEqual([1, []]);
  await third.end();
});

test('persist: what lasts longer than what ended while the process was down is kept', async () => {
  const { clock, start } = machine();
  const first = await start();
  await first.soon(first.app.override({ size: 9 }, { ...persist, ttlMs: 60_000 }));
  await first.soon(first.app.override({ name: 'kept' }, persist));
  await first.end();
  await clock.advance(120_000);
  await (await start()).end();
  clock.step(-110_000);
  const third = await start();
  expect(third.app.current).toEqual({ size: 1, name: 'kept' });
  await third.end();
});

test('persist: a pin stays when the last override ended while the process was down', async () => {
  const { clock, start } = machine();
  const first = await start();
  await first.soon(first.app.override({ size: 9 }, { ...persist, ttlMs: 60_000 }));
  await first.soon(first.app.pin(ann));
  await first.end();
  await clock.advance(120_000);
  await (await start()).end();
  const third = await start();
  expect(third.app.status.pinned).toBe('all');
  await third.end();
});

test('what ended while the process was down is told of once, by its end', async () => {
  const { clock, start } = machine();
  const first = await start();
  await first.soon(first.app.override({ size: 9 }, { ...persist, ttlMs: 60_000 }));
  await first.end();
  await clock.advance(120_000);
  const second = await start();
  const cleared = { id: 'o1', trigger: 'expiry', because: 'expired', ...ann };
  expect(second.record.of('override.cleared')).toMatchObject([cleared]);
  const records = await second.soon(second.manager.audit.list({}));
  expect(records).toContainEqual(expect.objectContaining({ override: 'o1', because: 'expired' }));
  expect(second.lines.filter((line) => line.includes('o1'))).toHaveLength(1);
  await second.end();
  const third = await start();
  expect(third.record.of('override.cleared')).toEqual([]);
  await third.end();
});
