import { readdir } from 'node:fs/promises';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createConfigManager } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { fileCache } from '@holdfast/loaders/file-cache';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { configServer } from '@holdfast/testing/config-server';
import { expect, onTestFinished, test } from 'vitest';
import { runFixture, startFixture, tempFolder } from '../promises/process.fixture.ts';
import { settledScene } from '../promises/scene.fixture.ts';
import { overHttp, viaHttp } from './http.fixture.ts';
import { document, hang, origin } from './origin.fixture.ts';
import { trial } from './always.fixture.ts';

const TIME = 30_000;

/** Runs a fixture in a worker thread: there `--import tsx` comes too late. */
const inThread = ({ href }: URL): string =>
  `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(href)})))`;

test(
  'C1 sources, cache, logger, listeners and a token fail in the background for 150 polls: no rejection is left alone',
  async () => {
    await using folder = await tempFolder();
    const { code, stdout, stderr } = await runFixture('../faults/process-rejections.fixture.ts', {
      node: ['--unhandled-rejections=strict'],
      args: [folder.path],
    });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'polled 7 of 7\n', stderr: '' });
  },
  TIME,
);

test('C3 failures, refusals and broken caches without a single listener throw nothing', async () => {
  const broken = () => Promise.reject(new Error('disk'));
  const { manager, clock } = createTestManager({
    cache: { read: broken, write: broken, remove: broken },
  });
  const loader = mockLoader({ value: { n: 1 } });
  const app = manager.register<{ n: number }>('app', { loader });
  app.onChange(() => {
    throw new Error('boom');
  });
  await clock.advance(100);
  loader.next([]);
  await clock.advance(300_000);
  loader.fail(3);
  await clock.advance(900_000);
  loader.next({ n: 2 });
  await clock.advance(300_000);
  expect(app.current).toEqual({ n: 2 });
  expect(app.status.state).toBe('fresh');
});

test('C4 close() during a fetch ends the request, and twice is once', async () => {
  await using server = await origin(document({ n: 1 }));
  const app = overHttp(viaHttp(), server.url);
  await app.holds({ n: 1 });
  server.play(hang);
  const refreshed = app.app.refresh();
  await server.until(() => server.requests.length === 2);
  const { manager } = app;
  app.record.clear();
  await Promise.all([app[Symbol.asyncDispose](), manager.close(), manager.close()]);
  expect(await refreshed).toMatchObject({ kind: 'failed', error: { code: 'CLOSED' } });
  await server.until(() => server.open === 0);
  expect(app.record.types).toEqual(['status.changed']);
  expect(app.app.current).toEqual({ n: 1 });
  expect(app.app.status).toMatchObject({ state: 'closed', next: undefined });
  expect(await app.app.refresh()).toMatchObject({ kind: 'failed', error: { code: 'CLOSED' } });
  await expect(app.app.ready()).rejects.toMatchObject({ code: 'CLOSED' });
});

test('C4 close() during a write waits for it: the record is whole, and no temporary file is left', async () => {
  await using folder = await tempFolder();
  const manager = { cache: fileCache({ directory: folder.path }) };
  const loader = mockLoader({ value: { n: 1, fill: 'x'.repeat(5_000_000) } });
  const one = createConfigManager(manager);
  await one.register('app', { loader }).refresh();
  await one.close(); // its write has just begun
  const files = await readdir(folder.path);
  expect(files).toHaveLength(1);
  expect(files[0]).toMatch(/\.rec$/);
  loader.fail(Infinity);
  await using two = trial({ loader, manager });
  await two.clock.advance(1_000);
  expect(two.app.current).toMatchObject({ n: 1 });
});

test(
  'C7 managers in one thread, in worker threads and in processes each have a loop of their own, and share a cache',
  async () => {
    await using folder = await tempFolder();
    const first = { n: 1, fill: 'x'.repeat(10_000) };
    await using server = await configServer({ documents: { '/app.json': first } });
    const url = server.url('/app.json');
    const names = ['thread 1', 'thread 2', 'process 1', 'process 2'];
    const script = new URL('process-own-loop.fixture.ts', import.meta.url);
    const threads = names.slice(0, 2).map(async (who) => {
      const options = { argv: [url, folder.path, who], eval: true, stdout: true };
      const worker = new Worker(inThread(script), options);
      let stdout = '';
      worker.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      const [code] = (await once(worker, 'exit')) as [number];
      return { code, stdout };
    });
    const processes = names
      .slice(2)
      .map((who) =>
        runFixture('../faults/process-own-loop.fixture.ts', { args: [url, folder.path, who] }),
      );
    const ended = await Promise.all([...threads, ...processes]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const told = ended.map(({ stdout }) => JSON.parse(stdout) as { who: string });
    expect(told.map(({ who }) => who)).toEqual(names);
    for (const each of told) expect(each).toMatchObject({ state: 'fresh', current: first });
    const asked = names.map((who) =>
      server.requests.filter(({ headers }) => headers['x-who'] === who),
    );
    expect(asked.map(({ length }) => length)).toEqual([5, 5, 5, 5]);
    // one record, whole, whoever wrote it last
    await server.fault('refuse');
    const manager = createConfigManager({ cache: fileCache({ directory: folder.path }) });
    const app = manager.register('app', { loader: viaHttp()({ url }) });
    expect(await app.ready()).toEqual({ from: 'cache' });
    expect(app.current).toEqual(first);
    await manager.close();
  },
  TIME,
);

test('C7 two managers of one thread do not meet: other versions, other times, one closes alone', async () => {
  await using server = await configServer({ documents: { '/app.json': { n: 1 } } });
  const make = () => {
    const manager = createConfigManager({ cache: memoryCache() });
    const loader = viaHttp()({ url: server.url('/app.json') });
    return { manager, app: manager.register<{ n: number }>('app', { loader }) };
  };
  const [a, b] = [make(), make()];
  await Promise.all([a.app.ready(), b.app.ready()]);
  expect(server.requests).toHaveLength(2);
  server.set('/app.json', { n: 2 });
  await a.app.refresh();
  expect([a.app.current, b.app.current]).toEqual([{ n: 2 }, { n: 1 }]);
  await a.manager.close();
  expect(await b.app.refresh()).toMatchObject({ kind: 'accepted', version: 2 });
  await b.manager.close();
  expect(() => b.manager.register('app', { loader: mockLoader() })).toThrow(/closed/);
});

test('C9 over HTTP an answer that comes after its deadline changes nothing, neither value nor tag', async () => {
  await using server = await origin(document({ n: 1 }, 'ETag: "1"'));
  await using app = overHttp(viaHttp(), server.url);
  await app.holds({ n: 1 });
  let late: (() => void) | undefined;
  server.play(
    (socket) => {
      late = () => void (socket.writable && socket.write(document({ n: 2 }, 'ETag: "2"')));
    },
    document({ n: 3 }, 'ETag: "3"'),
  );
  const stuck = (): Promise<void> => server.until(() => late !== undefined);
  await app.fails({ says: 'deadlineMs', failure: 'timeout' }, () => app.pollInVain(stuck));
  expect((await app.poll()).outcome).toMatchObject({ kind: 'accepted' });
  late!();
  expect(app.app.current).toEqual({ n: 3 });
  await app.poll();
  expect(server.lastRequest).toMatch(/^if-none-match: "3"$/im);
  expect(app.app.current).toEqual({ n: 3 });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'C11 %s in the middle of a write ends a process as it ends any other, and the cache is whole',
  async (signal) => {
    await using folder = await tempFolder();
    const running = startFixture('kills.fixture.ts', { args: [folder.path, '1'] });
    onTestFinished(() => running.kill());
    await running.printed('in force 30');
    while (!(await readdir(folder.path)).some((name) => name.endsWith('.rec'))) await turn();
    running.kill(signal);
    const ended = await running.ended;
    expect([ended.signal, ended.code, ended.stderr]).toEqual([signal, null, '']);
    const next = startFixture('kills.fixture.ts', { args: [folder.path, '1000', '1'] });
    const { stdout } = await next.ended;
    const start = JSON.parse(stdout.split('\n')[0]!) as { n: number };
    expect(start).toMatchObject({ from: 'cache', whole: true });
    expect(start.n).toBeGreaterThanOrEqual(1);
  },
  TIME,
);

test.each(['SIGTERM', 'SIGINT'] as const)(
  "C11 %s of a program that closes on it: all is written, and the exit code is the program's",
  async (signal) => {
    await using folder = await tempFolder();
    const args = [folder.path];
    const running = startFixture('../faults/process-signals.fixture.ts', { args });
    onTestFinished(() => running.kill());
    await running.printed('in force 30');
    running.kill(signal);
    const { code, signal: by, stdout, stderr } = await running.ended;
    expect([code, by, stderr]).toEqual([7, null, '']);
    const last = Number(/closed at (\d+)/.exec(stdout)![1]);
    const loader = mockLoader({ value: { n: 0 } });
    loader.fail(Infinity);
    await using app = trial<{ n: number }>({
      loader,
      manager: { cache: fileCache({ directory: folder.path }) },
    });
    await app.clock.advance(15_000);
    expect(app.app.current.n).toBe(last);
    expect((await readdir(folder.path)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  },
  TIME,
);

test('C13 a change of a hundred thousand leaves is one call and one event', async () => {
  const all = (n: number) =>
    Object.fromEntries(Array.from({ length: 100_000 }, (_, key) => [`k${key}`, key + n]));
  const { app, clock, loader, record } = await settledScene({ loader: { value: all(0) } });
  const calls: [string, number][] = [];
  app.onChange((_, { changes }) => calls.push(['all', changes.length]));
  app.select('k7' as never).onChange((value) => calls.push(['k7', value]));
  app.select('k100000' as never).onChange(() => calls.push(['none', 0]));
  loader.next(all(1));
  await clock.advance(120_000);
  expect(calls).toEqual([
    ['all', 100_000],
    ['k7', 8],
  ]);
  expect(record.of('config.changed').map(({ changes }) => changes.length)).toEqual([100_000]);
});
