import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Loader } from '@holdfast/core';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test, vi } from 'vitest';
import { onSignal } from './signal.ts';
import { SignalWatch } from './signal/signal-watch.ts';

const handlers = () => process.listenerCount('SIGUSR2');
const polling = { intervalMs: 60_000, minIntervalMs: 1_000, strategy: 'fixed' } as const;

afterEach(() => vi.unstubAllGlobals());

test.skipIf(process.platform === 'win32')(
  'onSignal() polls when the process gets the signal, and leaves no handler behind',
  async () => {
    const before = handlers();
    const { manager, clock } = createTestManager();
    const source = mockLoader({ value: {} });
    manager.register('app', { loader: onSignal(source, { signal: 'SIGUSR2' }), polling });
    await clock.advance(5_000);
    expect(handlers()).toBe(before + 1);
    const { loads } = source;
    const heard = once(process, 'SIGUSR2');
    process.kill(process.pid, 'SIGUSR2');
    await heard;
    for (let n = 0; n < 50; n++) process.emit('SIGUSR2');
    await clock.advance(0);
    expect(source.loads).toBe(loads + 1);
    await manager.close();
    expect(handlers()).toBe(before);
  },
);

test.skipIf(process.platform === 'win32')(
  'onSignal() listens at once: a signal that comes with the first answer is not lost',
  async () => {
    const before = handlers();
    const { manager, clock } = createTestManager();
    const source = mockLoader({ value: {} });
    const load: Loader['load'] = (request) => {
      if (source.loads === 0) process.emit('SIGUSR2');
      return source.load(request);
    };
    const loader = onSignal({ name: 'm', key: 'm', load }, { signal: 'SIGUSR2' });
    expect(handlers()).toBe(before + 1);
    manager.register('app', { loader, polling });
    await clock.advance(5_000);
    expect(source.loads).toBe(2);
    await manager.close();
    expect(handlers()).toBe(before);
  },
);

// Bun collects at no request of a test
test.skipIf(process.platform === 'win32' || 'bun' in process.versions)(
  'onSignal() of a loader that was never registered leaves no handler behind once nobody holds it',
  async () => {
    const before = handlers();
    onSignal(mockLoader({ value: {} }), { signal: 'SIGUSR2' });
    expect(handlers()).toBe(before + 1);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let n = 0; n < 100 && handlers() > before; n++) {
      await nextTurn(); // oxlint-disable-line no-await-in-loop -- one after the other
      collect();
    }
    expect(handlers()).toBe(before);
  },
);

test('onSignal() keeps its handler while another watch of the loader waits to begin again', async () => {
  const before = handlers();
  const { manager, clock } = createTestManager();
  const source = mockLoader({ value: {}, watch: true });
  manager.register('app', { loader: onSignal(source, { signal: 'SIGUSR2' }), polling });
  source.connect();
  await clock.advance(5_000);
  source.disconnect();
  await clock.advance(1);
  const { loads, watches } = source;
  expect(handlers()).toBe(before + 1);
  process.emit('SIGUSR2');
  await clock.advance(5_000);
  expect(source.watches).toBeGreaterThan(watches);
  expect(source.loads).toBeGreaterThan(loads);
  expect(handlers()).toBe(before + 1);
  source.disconnect();
  await clock.advance(1);
  // closed in the middle of the wait
  await manager.close();
  expect(handlers()).toBe(before);
});

test('onSignal() of a loader that two managers use listens until both have closed', async () => {
  const before = handlers();
  const loader = onSignal(mockLoader({ value: {} }), { signal: 'SIGUSR2' });
  const [one, two] = [createTestManager(), createTestManager()];
  for (const { manager, clock } of [one, two]) {
    manager.register('app', { loader });
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await clock.advance(1);
  }
  await one.manager.close();
  expect(handlers()).toBe(before + 1);
  await two.manager.close();
  expect(handlers()).toBe(before);
});

test('onSignal() of many configs has one handler: Node warns of more than ten', async () => {
  const before = handlers();
  const { manager, clock } = createTestManager();
  const sources = Array.from({ length: 12 }, (_, n) => mockLoader({ name: `m${n}`, value: {} }));
  for (const source of sources)
    manager.register(source.name, { loader: onSignal(source, { signal: 'SIGUSR2' }), polling });
  await clock.advance(5_000);
  expect(handlers()).toBe(before + 1);
  const loads = sources.map((source) => source.loads);
  process.emit('SIGUSR2');
  await clock.advance(1_000);
  expect(sources.map((source) => source.loads)).toEqual(loads.map((count) => count + 1));
  await manager.close();
  expect(handlers()).toBe(before);
});

test('SignalWatch does nothing once its signal has aborted', async () => {
  const before = handlers();
  const watch = new SignalWatch('SIGUSR2');
  watch.close();
  await watch.watch({ signal: AbortSignal.abort() } as never);
  expect(handlers()).toBe(before);
});

test('onSignal() leaves the loader as it is on Windows, and says so', () => {
  vi.stubGlobal('process', { ...process, platform: 'win32' });
  const loader = onSignal(mockLoader());
  expect('watch' in loader).toBe(false);
  expect(loader.warnings).toEqual(['Windows has no SIGHUP: nobody is told by it']);
});

test.skipIf(process.platform === 'win32')(
  'a process lives through SIGHUP while its config is there, and ends by it afterwards',
  async () => {
    const program = `
      import { createConfigManager } from '@holdfast/core';
      import { functionLoader } from '@holdfast/loaders/function';
      import { onSignal } from '@holdfast/loaders/signal';
      let loads = 0;
      const source = functionLoader(async () => ({ loads: (loads += 1) }), { name: 'f' });
      const manager = createConfigManager();
      const polling = { minIntervalMs: 1 };
      const app = manager.register('app', { loader: onSignal(source), polling });
      await app.ready();
      process.stdin.resume();
      app.onChange(async () => {
        await manager.close();
        console.log('closed');
      });
      console.log('ready');`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
    const cwd = new URL('..', import.meta.url);
    const child = spawn(process.execPath, args, { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
    const said = async () => String((await once(child.stdout, 'data'))[0]).trim();
    expect(await said()).toBe('ready');
    child.kill('SIGHUP');
    expect(await said()).toBe('closed');
    child.kill('SIGHUP');
    expect(await once(child, 'exit')).toEqual([null, 'SIGHUP']);
  },
  20_000,
);
