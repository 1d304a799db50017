import type { ConfigHandle, ConfigManager } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { createTestManager, mockLoader } from '@holdfast/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { played, runsOr } from '../model/sequences.fixture.ts';
import { edited, everyMinute, poll, sceneClock, settledScene } from '../promises/scene.fixture.ts';
import { Attempts } from './attempts.fixture.ts';
import { type Any, because } from './layers.fixture.ts';

/** What a participant does that is asked about a change. */
type Mood = 'agrees' | 'vetoes' | 'dawdles' | 'sickens';

/** Two configs whose attempts can end in every way; it runs over restarts, with one cache. */
class Scene {
  readonly clock = sceneClock();
  readonly loaders = ['low', 'high'].map((name) => mockLoader({ name, watch: name === 'high' }));
  /** Of each process: ids are unique in one. */
  readonly attempts: Attempts[] = [];
  mood: Mood = 'agrees';
  readonly #cache = memoryCache({ clock: this.clock });
  manager!: ConfigManager;
  app!: ConfigHandle<Any>;
  peer!: ConfigHandle<Any>;

  boot(): void {
    const { clock } = this;
    this.manager = createTestManager({ clock, cache: this.#cache }).manager;
    const attempts = new Attempts();
    this.manager.on('*', attempts.hear);
    this.attempts.push(attempts);
    const sources = this.loaders.map((loader) => ({ name: loader.name, loader }));
    const updates = { max: 1, windowMs: 90_000 };
    const config = { polling: everyMinute, schema, defaults: { n: 1 } } as Any;
    this.app = this.manager.register('app', { ...config, sources, updates, ignore: ['noise'] });
    this.peer = this.manager.register('peer', { ...config, loader: mockLoader() });
    this.app.attach({
      name: 'part',
      timeoutMs: 5_000,
      canApply: () => this.mood !== 'vetoes',
      apply: () => (this.mood === 'dawdles' ? new Promise(() => {}) : undefined),
      undo() {},
      healthCheck: () => this.mood !== 'sickens',
    });
  }

  async close(): Promise<void> {
    const closed = this.manager.close();
    await this.clock.advance(0);
    await closed;
  }
}

/** Takes its time where `slow`, mends what is too large, refuses what is negative. */
const schema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: ({ n = 0, slow = false }: Any) => {
      const result =
        n < 0 ? { issues: [{ message: 'negative' }] } : { value: { n: Math.min(n, 3) } };
      return slow ? new Promise((give) => queueMicrotask(() => give(result))) : result;
    },
  },
};

const doc = fc.record({
  n: fc.integer({ min: -1, max: 5 }),
  noise: fc.nat(2),
  slow: fc.boolean(),
});
const which = fc.nat(1);

type Step = readonly [name: string, run: (scene: Scene) => unknown];

const step = <T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  run: (scene: Scene, argument: T) => unknown,
): fc.Arbitrary<Step> =>
  arbitrary.map((it) => [`${name} ${JSON.stringify(it)}`, (scene) => run(scene, it)]);

const nothing = fc.constant(undefined);
const steps = fc.oneof(
  step('publish', fc.tuple(which, doc), ({ loaders, app }, [source, value]) => {
    loaders[source]!.next(value);
    return app.refresh();
  }),
  step('publish both', fc.tuple(doc, doc), ({ loaders, app }, both) => {
    for (const [i, value] of both.entries()) loaders[i]!.next(value);
    return app.refresh();
  }),
  step('push', doc, ({ loaders }, value) => {
    loaders[1]!.connect();
    loaders[1]!.push(value);
  }),
  step(
    'override',
    fc.tuple(doc, fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined })),
    ({ app }, [patch, ttlMs]) =>
      app.override(patch, { ...because, persist: true, ...(ttlMs !== undefined && { ttlMs }) }),
  ),
  step('clear', nothing, ({ app }) => app.clearOverrides(because)),
  step('roll back', nothing, ({ app }) => app.rollback(app.status.version - 1, because)),
  step('pin', nothing, ({ app }) => app.pin(because)),
  step('unpin', nothing, ({ app }) => app.unpin(because)),
  step('accept', nothing, ({ app }) => app.acceptRefused(because)),
  step('transaction', fc.tuple(doc, doc), ({ manager, app, peer }, [a, b]) =>
    manager.transaction((tx) => {
      tx.override(app, a);
      tx.override(peer, b);
    }, because),
  ),
  step(
    'mood',
    fc.constantFrom<Mood>('agrees', 'agrees', 'vetoes', 'dawdles', 'sickens'),
    (scene, mood) => void (scene.mood = mood),
  ),
  step('wait', fc.constantFrom(1, 3_000, 120_000), ({ clock }, ms) => clock.advance(ms)),
  step('restart', nothing, async (scene) => {
    await scene.close();
    scene.boot();
  }),
);

test('each reload.started has one end of its reloadId, whatever sources, operators and participants do, and also when the config is closed', async () => {
  const seen = new Set<string>();
  const sequences = fc.array(steps, { maxLength: 25, size: 'max' });
  const property = fc.asyncProperty(sequences, fc.boolean(), async (sequence, hurry) => {
    const scene = new Scene();
    scene.boot();
    await scene.clock.advance(1);
    for (const [, run] of sequence) {
      const done = Promise.resolve(run(scene)).catch(() => {});
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await scene.clock.advance(hurry ? 0 : 1);
      void done;
    }
    await scene.close();
    for (const attempts of scene.attempts) {
      attempts.close();
      for (const how of attempts.standings) seen.add(how);
    }
  });
  await played(property, runsOr(300));
  const all = ['applied', 'failed', 'held', 'refused', 'rolledback', 'unchanged', 'vetoed'];
  expect([...seen].toSorted()).toEqual(all);
}, 120_000);

test('reload.completed says that a document is held, and that it was applied when its time had come', async () => {
  const made = await settledScene({ config: { updates: { max: 1, windowMs: 600_000 } } });
  await made.clock.advance(600_000);
  for (const revision of [2, 3]) {
    made.loader.next(edited({ revision }));
    // oxlint-disable-next-line no-await-in-loop -- one document after the other
    await poll(made);
  }
  const ends = () =>
    made.record.of('reload.completed').map(({ outcome, version }) => [outcome, version]);
  expect(ends()).toEqual([
    ['applied', 2],
    ['held', 2],
  ]);
  await made.clock.advance(600_000);
  expect(ends().at(-1)).toEqual(['applied', 3]);
});

test('reload.completed says of a change that does not count that all is unchanged', async () => {
  const made = await settledScene({ config: { ignore: ['revision'] } });
  made.loader.next(edited({ revision: 2 }));
  expect(await poll(made)).toEqual({ kind: 'unchanged' });
  expect(made.record.of('reload.completed')).toMatchObject([{ outcome: 'unchanged', version: 1 }]);
});

test('reload.failed tells of an attempt that close() has ended, at once', async () => {
  const made = await settledScene();
  made.app.attach({ name: 'part', apply: () => new Promise(() => {}) });
  made.loader.next(edited({ revision: 2 }));
  await poll({ ...made, app: { refresh: async () => void made.app.refresh() } as never });
  const closed = made.manager.close();
  expect(made.record.of('reload.failed')).toMatchObject([
    { outcome: 'failed', error: { code: 'CLOSED' } },
  ]);
  await made.clock.advance(60_000);
  await closed;
  expect(made.record.of('reload.failed')).toHaveLength(1);
  expect(made.record.of('reload.completed')).toEqual([]);
});

test.each(['reload.started', 'reload.validated', 'reload.participant.started'] as const)(
  'who closes the config on %s takes it from nobody: its end comes after it, for everybody',
  async (type) => {
    const made = await settledScene();
    const heard: string[] = [];
    made.app.attach({ name: 'part', apply() {} });
    made.manager.on(type, () => void made.manager.close());
    made.manager.on('*', (event) => {
      if ('reloadId' in event) heard.push(event.type);
    });
    made.loader.next(edited({ revision: 2 }));
    await poll({ ...made, app: { refresh: async () => void made.app.refresh() } as never });
    await made.clock.advance(60_000);
    expect(heard[0]).toBe('reload.started');
    expect(heard.slice(-2)).toEqual([type, 'reload.failed']);
  },
);
