import { createTestManager, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';

const polling = { intervalMs: 60_000, strategy: 'fixed' } as const;
const because = { by: 'ann@example.com', reason: 'an incident' } as const;
const SECRET = 'hunter2';

interface Doc {
  readonly token: string;
  readonly size: number;
}

function rig() {
  const { manager, clock } = createTestManager();
  /** A config of its own loader, and a poll of it that begins now. */
  const register = async (name: string, document: unknown = { token: SECRET, size: 4 }) => {
    const loader = mockLoader({ name, value: document as never });
    const app = manager.register<Doc>(name, { loader, polling });
    await clock.advance(0);
    const poll = async (next?: unknown) => {
      if (next !== undefined) loader.next(next as never);
      return (await Promise.all([app.refresh(), clock.advance(0)]))[0];
    };
    return { app, loader, poll };
  };
  return { manager, clock, register };
}

test('summary() of nothing has totals, all of them 0', () => {
  const { manager, clock } = rig();
  expect(manager.summary()).toEqual({
    at: clock.now(),
    state: 'fresh',
    totals: {
      configs: 0,
      states: {},
      sources: 0,
      refused: 0,
      held: 0,
      overrides: 0,
      pinned: 0,
      problems: 0,
    },
    configs: [],
  });
});

test('summary() counts what an operator looks for, and shows no value', async () => {
  const { manager, clock, register } = rig();
  await register('plain');
  const down = await register('down');
  down.loader.fail(1);
  await down.poll();
  const refused = await register('refused');
  await refused.poll([SECRET]);
  const overridden = await register('overridden');
  for (const size of [5, 6]) await overridden.app.override({ size, token: SECRET }, because);
  const pinned = await register('pinned');
  pinned.app.attach({ name: 'pool', healthCheck: () => false });
  await pinned.poll({ token: SECRET, size: 9 });
  await pinned.poll();
  const vetoed = await register('vetoed');
  vetoed.app.attach({ name: 'pool', apply() {}, undo: () => Promise.reject(new Error('stuck')) });
  vetoed.app.attach({ name: 'disk', after: ['pool'], apply: () => false });
  await vetoed.poll({ token: SECRET, size: 9 });
  const sources = ['low', 'high'].map((name) => ({ loader: mockLoader({ name, value: {} }) }));
  manager.register('layered', { sources, polling });
  manager.register('lazy', { loader: mockLoader(), lazy: true });
  await clock.advance(0);

  const summary = manager.summary();
  expect(summary.totals).toEqual({
    configs: 8,
    states: { fresh: 4, stale: 3, starting: 1 },
    sources: 9,
    refused: 2,
    held: 2,
    overrides: 2,
    pinned: 1,
    problems: 4,
  });
  expect(summary.state).toBe('stale');
  expect(summary.configs.map(({ config, overrides }) => [config, overrides])).toContainEqual([
    'overridden',
    2,
  ]);
  expect(JSON.stringify(summary)).not.toContain(SECRET);
});

test('status says of each source whether its last document passed all checks', async () => {
  const { manager, clock, register } = rig();
  const { app, loader, poll } = await register('app');
  const validation = () => app.status.sources[0]!.validation;
  expect(validation()).toBe('valid');
  await poll(['no object']);
  expect(validation()).toBe('refused');
  expect(app.status.validation).toBe('refused');
  loader.fail(1);
  await poll();
  expect(validation()).toBeUndefined();
  await poll({ token: SECRET, size: 5 });
  expect(validation()).toBe('valid');
  const empty = manager.register('empty', { loader: mockLoader() });
  await clock.advance(0);
  expect(empty.status.validation).toBeUndefined();
});

test('summary() is closed when its manager is, and goes on to count', async () => {
  const { manager, clock, register } = rig();
  await register('app');
  await Promise.all([manager.close(), clock.advance(0)]);
  expect(manager.summary()).toMatchObject({
    state: 'closed',
    totals: { configs: 1, states: { closed: 1 }, sources: 1 },
  });
});
