import { type Cache, createConfigManager } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { fileCache } from '@holdfast/loaders/file-cache';
import { httpLoader } from '@holdfast/loaders/http';
import { mockLoader } from '@holdfast/testing';

/** Programs that forget to close; each must come to its end by itself. */
const [mode = '', url = '', directory = ''] = process.argv.slice(2);
const polling = { intervalMs: 1_000, deadlineMs: 300 };
const http = () => httpLoader({ url, proxyFromEnvironment: false });
const hanging = { name: 'hangs', key: 'hangs', load: () => new Promise<never>(() => {}) };

/** What is told of a call that a program awaits at its top level. */
async function told(promise: Promise<unknown>): Promise<void> {
  const text = await promise.then(
    (value) => JSON.stringify(value),
    (error: unknown) => (error as { code: string }).code,
  );
  process.stdout.write(`${text}\n`);
}

const programs: Record<string, () => Promise<void> | void> = {
  /** Reads once and goes on with its life. */
  async 'reads over HTTP'() {
    const cache = fileCache({ directory });
    const app = createConfigManager({ cache }).register('app', { loader: http() });
    await app.ready();
  },
  async 'listens and watches'() {
    const loader = mockLoader({ value: { n: 1 }, watch: true });
    const manager = createConfigManager({ cache: memoryCache() });
    const app = manager.register('app', { loader, polling });
    app.onChange(() => {});
    manager.on('*', () => {});
    void app.changes().next();
    loader.connect();
    await app.ready();
  },
  'registers and waits for nothing'() {
    const manager = createConfigManager();
    for (let n = 0; n < 100; n++) {
      manager.register(`app${n}`, { loader: mockLoader({ value: { n } }), polling });
    }
  },
  'registers with a loader that hangs'() {
    createConfigManager().register('app', { loader: hanging, polling });
  },
  async 'fails for a while'() {
    const loader = mockLoader();
    loader.fail(Infinity);
    const manager = createConfigManager({ cache: brokenCache() });
    const app = manager.register('app', { loader, polling, defaults: { n: 0 } });
    app.onChange(() => {
      throw new Error('boom');
    });
    for (let n = 0; n < 10; n++) await app.refresh();
    loader.heal();
    loader.next(new Uint8Array([0xff]));
    for (let n = 0; n < 10; n++) await app.refresh();
  },
  'starts and tells from what'() {
    const cache = fileCache({ directory });
    const app = createConfigManager({ cache }).register('app', { loader: http(), polling: {} });
    return told(app.ready().then(({ from }) => [from, app.current]));
  },
  /** The rest await at the top level what only time can settle. */
  'awaits ready with a loader that hangs': () =>
    told(
      createConfigManager().register('app', { loader: hanging, polling }).ready({ timeoutMs: 400 }),
    ),
  'awaits ready with a dead origin': () =>
    told(
      createConfigManager()
        .register('app', { loader: http(), polling, readyTimeoutMs: 400 })
        .ready(),
    ),
  'awaits ready from a cache that hangs'() {
    const never = () => new Promise<never>(() => {});
    const cache = { read: never, write: never, remove: never };
    const app = createConfigManager({ cache }).register('app', { loader: http(), polling });
    return told(app.ready({ timeoutMs: 400 }));
  },
  'awaits ready from origin'() {
    const manager = createConfigManager();
    const app = manager.register('app', { loader: hanging, polling, defaults: { n: 1 } });
    return told(app.ready({ from: 'origin', timeoutMs: 400 }));
  },
  async 'awaits refresh with a loader that hangs'() {
    const app = createConfigManager().register('app', { loader: hanging, polling });
    await told(app.refresh().then(({ kind }) => kind));
  },
  async 'awaits close with a poll under way'() {
    const manager = createConfigManager({ cache: fileCache({ directory }) });
    manager.register('app', { loader: hanging, polling });
    await told(manager.close().then(() => 'closed'));
  },
};

function brokenCache(): Cache {
  const broken = () => Promise.reject(new Error('disk'));
  return { read: broken, write: broken, remove: broken };
}

await programs[mode]!();
