import type { Cache, ConfigHandle, JsonValue, UntypedConfigOptions } from '@holdfast/core';
import { createConfigManager } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { fileCache } from '@holdfast/loaders/file-cache';
import { httpLoader } from '@holdfast/loaders/http';
import { configServer } from '@holdfast/testing/config-server';
import { describe, expect, test } from 'vitest';
import { tempFolder } from './process.fixture.ts';
import { type Doc, edited, first, type Scene, scene, sceneClock, soon } from './scene.fixture.ts';

const ann = { by: 'ann@example.com', reason: 'an incident' } as const;
const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, i]));

type Config = Partial<UntypedConfigOptions<Doc>>;

/** What an earlier process leaves in the cache. */
interface Earlier {
  readonly value?: JsonValue;
  readonly config?: Config;
  readonly act?: (made: Scene) => Promise<unknown>;
}

/** A later process, whose source has another document. */
async function restarted(earlier: Earlier, value: JsonValue, config: Config = {}) {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const begin = (raw: JsonValue, more: Config = {}, manager = {}): Scene =>
    scene({
      loader: { value: raw },
      config: { ...earlier.config, ...more },
      manager: { clock, cache, ...manager },
    });
  const before = begin(earlier.value ?? first);
  await clock.advance(1);
  if (earlier.act) await soon(clock, earlier.act(before), 1_000);
  await before.manager.close();
  return begin(value, config);
}

const FIRST: readonly [string, Config, (made: Scene) => Promise<unknown>][] = [
  ['refresh()', {}, ({ app }) => app.refresh()],
  ['ready() from the origin', {}, ({ app }) => app.ready({ from: 'origin' })],
  ['manager.refresh()', {}, ({ manager }) => manager.refresh()],
  [
    'refresh() of a lazy config by its age',
    { lazy: true },
    ({ app }) => app.refresh({ ifOlderThanMs: 30_000 }),
  ],
];

describe.each(FIRST)('start: %s does not overtake the cache', (_, config, ask) => {
  /** What was in force when the call resolved is so for good. */
  async function served(earlier: Earlier, value: JsonValue): Promise<Scene> {
    const made = await restarted(earlier, value, config);
    const then: unknown[] = [];
    // where the answer is refused, ready() waits for a better one
    ask(made).then(
      () => then.push(made.app.current),
      () => {},
    );
    await made.clock.advance(1);
    then.push(made.app.current);
    await made.clock.advance(600_000);
    for (const current of then) expect(current).toEqual(made.app.current);
    return made;
  }

  test('so that a pin holds', async () => {
    const { app } = await served({ act: (it) => it.app.pin(ann) }, edited({ revision: 2 }));
    expect(app.current).toEqual(first);
    expect(app.status).toMatchObject({
      pinned: 'all',
      sources: [{ waiting: { kind: 'barred' } }],
    });
  });

  test('so that overrides are there', async () => {
    const act = ({ app }: Scene) =>
      app.override({ log: { level: 'debug' } }, { ...ann, persist: true });
    const { app } = await served({ act }, edited({ revision: 2 }));
    expect(app.current).toEqual({ ...first, revision: 2, log: { level: 'debug' } });
  });

  test('so that what a health check would not have stays barred', async () => {
    const bad = edited({ revision: 666 });
    const act = async ({ app, clock, loader }: Scene): Promise<void> => {
      app.attach({ name: 'h', healthCheck: ({ next }) => next.revision !== 666 });
      loader.next(bad);
      const refreshed = app.refresh();
      await clock.advance(10);
      await refreshed;
    };
    const { app } = await served({ act }, bad);
    expect(app.current).toEqual(first);
  });

  test('so that monotonic counts', async () => {
    const earlier = { value: edited({ revision: 9 }), config: { monotonic: 'revision' } };
    const { app } = await served(earlier, edited({ revision: 3 }));
    expect(app.current.revision).toBe(9);
  });

  test('so that maxRemoved counts', async () => {
    const { app } = await served({ value: many }, { k0: 1 });
    expect(app.current).toEqual(many);
  });
});

test('start: the first refresh() asks with the validator of the cached document, once', async () => {
  const made = await restarted({}, first);
  expect(await soon(made.clock, made.app.refresh())).toEqual({ kind: 'unchanged' });
  expect(made.loader.asked).toMatchObject([{ known: { revision: expect.any(String) } }]);
});

test('start: what is pushed while the cache is read is asked for when that is done', async () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const clock = sceneClock();
  const inner = memoryCache({ clock });
  const before = scene({
    loader: { value: edited({ revision: 9 }) },
    manager: { clock, cache: inner },
  });
  await clock.advance(1);
  await before.manager.close();
  const read: Cache['read'] = async (key) => {
    await opened;
    return inner.read(key);
  };
  const { app, loader } = scene({
    loader: { watch: true },
    config: { monotonic: 'revision' },
    manager: { clock, cache: { ...inner, read } },
  });
  await clock.advance(1);
  loader.connect();
  await clock.advance(1);
  loader.push(edited({ revision: 3 }));
  await clock.advance(1);
  expect([app.status.version, loader.loads]).toEqual([0, 0]);
  open();
  await clock.advance(1);
  expect(app.current.revision).toBe(9);
  expect([loader.loads, app.status.sources[0]?.waiting?.kind]).toEqual([1, 'kept']);
});

test('D16 a cache that hangs holds the first refresh() for a second, and that is told', async () => {
  const hung = { ...memoryCache(), read: () => new Promise<never>(() => {}) };
  const { app, clock, loader, record } = scene({ manager: { cache: hung } });
  let outcome: unknown;
  void app.refresh().then((it) => (outcome = it));
  await clock.advance(999);
  expect([loader.loads, outcome, record.of('cache.failed')]).toEqual([0, undefined, []]);
  await clock.advance(1);
  expect(outcome).toMatchObject({ kind: 'accepted' });
  expect(app.current).toEqual(first);
  expect(record.of('cache.failed')).toMatchObject([
    {
      source: 'mock',
      error: {
        code: 'CACHE_FAILED',
        message:
          'The cache failed (read): no whole answer within 1000 ms; the sources are asked without it',
      },
    },
  ]);
});

test('start: a pin on a real disk holds against the first answer of a real server', async () => {
  await using folder = await tempFolder();
  const server = await configServer({ documents: { '/a': { rate: 1 } } });
  const url = server.url('/a');
  const start = (): { app: ConfigHandle<{ rate: number }>; close: () => Promise<void> } => {
    const manager = createConfigManager({ cache: fileCache({ directory: folder.path }) });
    const app = manager.register<{ rate: number }>('app', { loader: httpLoader({ url }) });
    return { app, close: () => manager.close() };
  };
  try {
    const before = start();
    await before.app.ready();
    await before.app.pin(ann);
    await before.close();
    server.set('/a', { rate: 2 });
    const { app, close } = start();
    expect(await app.refresh()).toEqual({ kind: 'held' });
    expect(app.current).toEqual({ rate: 1 });
    await close();
  } finally {
    await server.close();
  }
});
