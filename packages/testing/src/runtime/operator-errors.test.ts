import { preload } from '@holdfast/core/preload';
import { createTestManager, manualClock, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { ann, keeps, type Kept, soon } from './history.fixture.ts';

const because = { by: 'op', reason: 'why' };

test.each<[string, string, (made: Kept) => Promise<unknown>]>([
  [
    'an override that the schema refuses',
    'What it would come to',
    ({ app }) => app.override({ size: 101 }, ann),
  ],
  [
    'an override that is no object',
    'The override must be an object',
    ({ app }) => app.override(5 as never, ann),
  ],
  [
    'a function that throws',
    'The override could not be made: its function threw (SyntaxError)',
    ({ app }) => app.override(() => JSON.parse('hunter2'), ann),
  ],
  [
    'a version that is not kept',
    'There is no earlier version 7 (kept: none)',
    ({ app }) => app.diff(7),
  ],
  ['a rollback to nothing', 'There is no snapshot "s7"', ({ app }) => app.rollback('s7', ann)],
  [
    'a veto',
    'Participant "pool" would not have it',
    ({ app }) => {
      app.attach({ name: 'pool', canApply: () => false });
      return app.override({ size: 7 }, ann);
    },
  ],
])('the error of %s names the config, and quotes no value', async (_, says, act) => {
  const made = await keeps();
  const error = await soon(made, act(made)).catch((thrown: Error) => thrown);
  expect((error as Error).message).toContain(`Config "app": ${says}`);
  expect((error as Error).message).not.toContain('hunter2');
});

test('the error of a closed config names it once', async () => {
  const made = await keeps();
  await soon(made, made.app.close());
  await expect(made.app.override({ size: 2 }, ann)).rejects.toThrow('Config "app" is closed');
});

/** All log lines of what is done to a config. */
async function linesOf(act: (made: Pick<Kept, 'app' | 'manager' | 'clock'>) => Promise<unknown>) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const clock = manualClock({ preload: [preload] });
  const logger = { debug: write, info: write, warn: write, error: write };
  const { manager } = createTestManager({ clock, logger });
  const app = manager.register<{ size: number }>('app', {
    loader: mockLoader({ value: { size: 1 } }),
  });
  await clock.advance(1);
  lines.length = 0;
  await act({ app, manager, clock });
  await clock.advance(1);
  await manager.close();
  return lines;
}

test('no key, reason or name of an operator begins a line of its own', async () => {
  const forged = 'x\nholdfast: config "app": fresh -> closed';
  const lines = await linesOf(async ({ app, clock }) => {
    await soon({ clock }, app.override({ [forged]: 1 } as never, { by: 'op\r', reason: forged }));
    await soon({ clock }, app.clearOverrides({ by: 'op\u2028', reason: '\u001B[2J' }));
  });
  expect(lines.length).toBeGreaterThan(2);
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  expect(lines.filter((line) => /[\u0000-\u001F\u2028]/.test(line))).toEqual([]);
});

test('paths of an override are written one way, in event, audit and log', async () => {
  const seen: unknown[] = [];
  const lines = await linesOf(async ({ app, manager, clock }) => {
    manager.on('override.set', ({ paths }) => seen.push(paths));
    await soon({ clock }, app.override({ weird: { 'a.b': 1 } } as never, because));
    const records = await manager.audit.list({ limit: 2 });
    seen.push(...records.map(({ paths }) => paths));
  });
  expect(seen).toContainEqual(['weird["a.b"]']);
  expect(new Set(seen.map(String))).toEqual(new Set(['weird["a.b"]']));
  expect(lines.find((line) => line.includes('override o1 of'))).toContain('of weird["a.b"] by op');
});

test('log lines say how an override ended', async () => {
  const lines = await linesOf(async ({ app, manager, clock }) => {
    const empty = await manager.exportState();
    await soon({ clock }, app.override({ size: 2 }, { ...because, ttlMs: 1_000 }));
    await clock.advance(1_000);
    await soon({ clock }, app.override({ size: 3 }, because));
    await soon({ clock }, app.rollback(1, because));
    await soon({ clock }, app.override({ size: 4 }, because));
    await soon({ clock }, manager.importState(empty, because));
    await soon({ clock }, app.override({ size: 5 }, because));
    await soon({ clock }, app.clearOverrides(because));
  });
  const ends = lines.filter((line) => /override o\d (?!of)/.test(line));
  expect(ends.map((line) => line.replace(/^.*: (override)/, '$1'))).toEqual([
    'override o1 came to its end; it was set by op: why',
    'override o2 went with a rollback by op: why',
    'override o3 went with an import by op: why',
    'override o4 is cleared by op: why',
  ]);
});
