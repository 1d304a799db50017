import type { ChangeOf, View } from '@holdfast/core';
import { expect, test } from 'vitest';
import { type Doc, edited, first, poll, scene, settledScene, utf8 } from './scene.fixture.ts';

type Scene = Awaited<ReturnType<typeof settledScene>>;

/** Serves a document and polls it. */
async function serve(made: Scene, change: Partial<Doc>): Promise<void> {
  made.loader.next(edited(change));
  await poll(made);
}

/** What a view tells its listener: value, previous, and the dotted paths that changed. */
function hear<T>(view: View<T>): unknown[] {
  const heard: unknown[] = [];
  view.onChange((value, { previous, changes }) => {
    heard.push([value, previous, changes.map(({ path }) => path.join('.'))]);
  });
  return heard;
}

test('onChange() tells value, previous, changes, version and trigger', async () => {
  const made = await settledScene();
  const heard: unknown[] = [];
  const before = made.app.current;
  made.app.onChange((value, details) => {
    const { previous, changes, version, trigger } = details;
    heard.push([value === made.app.current, previous === before, changes, version, trigger]);
  });
  await serve(made, { pool: { size: 5, hosts: ['a', 'c'] } });
  const changes = [
    { path: ['pool', 'size'], kind: 'changed', before: 4, after: 5 },
    { path: ['pool', 'hosts', 1], kind: 'changed', before: 'b', after: 'c' },
  ];
  expect(heard).toEqual([[true, true, changes, 2, 'refresh']]);
});

test('onChange() has no previous the first time', async () => {
  const made = scene();
  const heard = hear(made.app);
  await made.clock.advance(1);
  const added = ['revision', 'pool.size', 'pool.hosts.0', 'pool.hosts.1', 'log.level'];
  expect(heard).toEqual([[first, undefined, added]]);
});

test('C13 onChange() is not called when nothing in the value changed', async () => {
  const made = await settledScene();
  const heard = hear(made.app);
  await serve(made, {});
  made.loader.fail(1);
  await poll(made);
  await made.clock.advance(600_000);
  expect(heard).toEqual([]);
});

test('onChange() with immediate calls at once where there is a value', async () => {
  const made = await settledScene();
  const heard: unknown[] = [];
  const listener = (value: unknown, { previous }: { previous: unknown }) =>
    void heard.push([value, previous]);
  made.app.onChange(listener, { immediate: true });
  expect(heard).toEqual([[first, undefined]]);
  const empty = scene();
  empty.app.onChange(listener, { immediate: true });
  expect(heard).toHaveLength(1);
});

test('onChange() ends by its unsubscribe and by its signal', async () => {
  const made = await settledScene();
  const heard: string[] = [];
  const controller = new AbortController();
  const off = made.app.onChange(() => heard.push('off'));
  made.app.onChange(() => heard.push('signal'), { signal: controller.signal });
  made.app.onChange(() => heard.push('never'), { signal: AbortSignal.abort() });
  await serve(made, { revision: 2 });
  off();
  off();
  controller.abort();
  await serve(made, { revision: 3 });
  expect(heard).toEqual(['off', 'signal']);
});

test('select(path) follows one path: other changes do not call it', async () => {
  const made = await settledScene();
  const size = made.app.select('pool.size');
  const hosts = made.app.select(['pool', 'hosts']);
  const [sizes, hostLists] = [hear(size), hear(hosts)];
  await serve(made, { revision: 2 });
  expect([sizes, hostLists]).toEqual([[], []]);
  await serve(made, { pool: { size: 5, hosts: ['a', 'b'] } });
  expect([size.current, sizes, hostLists]).toEqual([5, [[5, 4, ['']]], []]);
  await serve(made, { pool: { size: 5, hosts: ['a'] } });
  expect(hostLists).toEqual([[['a'], ['a', 'b'], ['1']]]); // paths are relative to the view
});

test('C13 select(path) of what is not there is undefined, and follows it when it comes and goes', async () => {
  const made = await settledScene();
  const extra = made.app.select(['extra', 'deep'] as never) as unknown as View<unknown>;
  const heard = hear(extra);
  expect(extra.current).toBeUndefined();
  await serve(made, { extra: { deep: 1 } } as never);
  await serve(made, {});
  expect(heard.map((one) => (one as unknown[]).slice(0, 2))).toEqual([
    [1, undefined],
    [undefined, 1],
  ]);
});

test('select(fn) computes once per version, and keeps its result while it is deeply equal', async () => {
  const made = await settledScene();
  let calls = 0;
  const view = made.app.select(({ pool }) => {
    calls += 1;
    return { names: pool.hosts.map((host) => host.toUpperCase()) };
  });
  const heard = hear(view);
  const before = view.current;
  for (let n = 0; n < 10; n++) expect(view.current).toBe(before);
  await serve(made, { revision: 2 });
  expect(view.current).toBe(before);
  expect(heard).toEqual([]);
  expect(calls).toBe(2);
  expect(Object.isFrozen(before.names)).toBe(true);
  await serve(made, { pool: { size: 4, hosts: ['a', 'b', 'c'] } });
  expect(heard).toEqual([[{ names: ['A', 'B', 'C'] }, { names: ['A', 'B'] }, ['names.2']]]);
});

test('select() of a select() follows both', async () => {
  const made = await settledScene();
  const view = made.app.select('pool').select(({ size }) => size * 2);
  const heard = hear(view);
  await serve(made, { pool: { size: 6, hosts: [] } });
  expect([view.current, heard.length]).toEqual([12, 1]);
});

test('get() reads by dotted path and by keys', async () => {
  const { app } = await settledScene({ loader: { value: { ...first, 'a.b': { c: 1 } } } });
  expect(app.get('pool.size')).toBe(4);
  expect(app.get('pool.hosts')).toBe(app.current.pool.hosts);
  expect(app.get(['pool', 'hosts', 1])).toBe('b');
  expect(app.get(['a.b', 'c'] as never)).toBe(1);
  expect(app.get('pool.none' as never)).toBeUndefined();
  expect(app.get('constructor.name' as never)).toBeUndefined();
});

test('changes() gives each change to a consumer that keeps up', async () => {
  const made = await settledScene();
  const seen: number[] = [];
  const done = (async () => {
    for await (const { value, previous } of made.app.changes())
      seen.push(previous!.revision * 10 + value.revision);
  })();
  for (let revision = 2; revision < 5; revision++) await serve(made, { revision });
  await made.manager.close();
  await done;
  expect(seen).toEqual([12, 23, 34]);
});

test('O6 changes() gives a slow consumer one change, from what it last saw to the newest', async () => {
  const made = await settledScene();
  const iterator = made.app.changes();
  for (let revision = 2; revision < 6; revision++) await serve(made, { revision });
  const { value } = await iterator.next();
  const change = value as ChangeOf<Doc>;
  expect([change.previous!.revision, change.value.revision, change.version]).toEqual([1, 5, 5]);
  expect(change.changes).toEqual([{ path: ['revision'], kind: 'changed', before: 1, after: 5 }]);
  await iterator.return();
});

test('O6 changes() gives nothing for what changed and changed back in between', async () => {
  const made = await settledScene();
  const view = made.app.select('revision');
  const iterator = view.changes();
  await serve(made, { revision: 2 });
  await serve(made, { revision: 1 });
  let settled = false;
  const next = iterator.next().then((result) => ((settled = true), result));
  await made.clock.advance(1);
  expect(settled).toBe(false);
  await serve(made, { revision: 3 });
  expect(await next).toMatchObject({ value: { value: 3, previous: 1 } });
});

test('changes() ends when the config is closed, when its signal aborts, and by break', async () => {
  const made = await settledScene();
  const controller = new AbortController();
  const ended: string[] = [];
  const consume = async (name: string, iterator: AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of iterator) if (name === 'break') break;
    ended.push(name);
  };
  const all = [
    consume('signal', made.app.changes({ signal: controller.signal })),
    consume('aborted before', made.app.changes({ signal: AbortSignal.abort() })),
    consume('break', made.app.changes()),
    consume('close', made.app.changes()),
  ];
  await made.clock.advance(1);
  expect(ended).toEqual(['aborted before']);
  controller.abort();
  await serve(made, { revision: 2 });
  expect(ended.toSorted()).toEqual(['aborted before', 'break', 'signal']);
  await made.app.close();
  await Promise.all(all);
  expect(ended).toHaveLength(4);
});

test('source().document() is the raw document, without defaults and what the schema makes of it', async () => {
  const made = await settledScene({ config: { defaults: { log: { level: 'low' } } } });
  const heard: unknown[] = [];
  const source = made.app.source('mock');
  const off = source.onDocument((document) => heard.push(document));
  made.loader.next({ revision: 2 });
  await made.clock.advance(200_000);
  expect(made.app.current).toEqual({ revision: 2, log: { level: 'low' } });
  expect(source.document()).toEqual({ revision: 2 });
  off();
  made.loader.next({ revision: 3 });
  await poll(made);
  expect(heard).toEqual([{ revision: 2 }]);
  expect(() => made.app.source('none')).toThrow('must be one of: mock');
});

test('fingerprint() is the same in two processes that serve the same, whatever the order of keys', async () => {
  const one = await settledScene();
  const { log, pool, revision } = first;
  const two = await settledScene({ loader: { value: { pool, log, revision } } });
  expect(await one.app.fingerprint()).toBe(await two.app.fingerprint());
  expect(await one.app.fingerprint()).toMatch(/^[0-9a-f]{64}$/);
  const before = await one.app.fingerprint();
  await serve(one, { revision: 2 });
  expect(await one.app.fingerprint()).not.toBe(before);
});

test('defaults lie below the document: objects merge, arrays replace, null is a value', async () => {
  const defaults = {
    pool: { size: 1, hosts: ['x', 'y', 'z'], extra: true },
    log: { level: 'low' },
  };
  const made = scene({ config: { defaults } });
  expect(made.app.current).toEqual(defaults);
  made.loader.next({ pool: { size: 2, hosts: ['a'] }, log: null });
  await made.clock.advance(1);
  expect(made.app.current).toEqual({ pool: { size: 2, hosts: ['a'], extra: true }, log: null });
});

test('onChange() of a part hears nothing of a 0 that becomes -0: it is the same number', async () => {
  const made = await settledScene({ loader: { value: { a: 0, b: 1 } } });
  const heard: unknown[] = [];
  made.app.select(['a'] as never).onChange((a) => heard.push(a));
  for (const text of ['{"a":-0,"b":2}', '{"a":1,"b":2}']) {
    made.loader.next(utf8(text));
    await poll(made);
  }
  expect(heard).toEqual([1]);
});
