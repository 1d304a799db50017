import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Pool } from 'undici';
import { httpLoader } from '../http.ts';
import { loadDocument, loadRequest } from '../http/load.fixture.ts';
import { document, rawServer } from '../http/raw-server.fixture.ts';
import { abortedWhileConnecting, stuckServer } from './stuck-server.fixture.ts';

test('load() rejects with the reason when aborted while connecting, and drops the socket', async () => {
  await using server = await stuckServer();
  const loader = httpLoader({ url: server.url });
  const reason = new Error('deadline');
  await expect(abortedWhileConnecting(loader, reason)).rejects.toBe(reason);
  await expect(abortedWhileConnecting(loader, reason)).rejects.toBe(reason);
});

test('load() that was aborted while the loader opens leaves it fit for the next load', async () => {
  await using server = await rawServer(document());
  const loader = httpLoader({ url: server.url });
  await loadDocument(loader);
  await loader.close?.();
  const controller = new AbortController();
  const loading = loader.load(loadRequest({ signal: controller.signal }));
  controller.abort(new Error('deadline'));
  await expect(loading).rejects.toThrow('deadline');
  await loadDocument(loader);
  await loader.close?.();
});

test('loads of one loader run side by side, and an abort of one leaves the other alone', async () => {
  const held: (() => void)[] = [];
  await using server = await rawServer((socket) => held.push(() => socket.write(document())));
  const loader = httpLoader({ url: server.url });
  const controller = new AbortController();
  const aborted = loader.load(loadRequest({ signal: controller.signal }));
  const kept = loadDocument(loader);
  await server.until(() => server.requests.length === 2);
  controller.abort(new Error('deadline'));
  await expect(aborted).rejects.toThrow('deadline');
  for (const answer of held) answer();
  expect(await kept).toMatchObject({ kind: 'loaded' });
  await loader.close?.();
});

test('close() while the loader opens leaves no connection open', async () => {
  await using server = await rawServer(document());
  const loader = httpLoader({ url: server.url });
  const loading = loader.load(loadRequest());
  const closing = loader.close?.();
  await expect(loading).rejects.toMatchObject({ code: 'LOAD_FAILED' });
  await closing;
  await server.until(() => server.open === 0);
  expect(await loadDocument(loader)).toMatchObject({ kind: 'loaded' });
  await loader.close?.();
});

test('close() leaves the dispatcher of the user open', async () => {
  await using server = await rawServer(document());
  const dispatcher = new Pool(server.origin);
  const loader = httpLoader({ url: server.url, dispatcher });
  await loadDocument(loader);
  await loader.close?.();
  expect(dispatcher.destroyed || dispatcher.closed).toBe(false);
  await loadDocument(loader);
  await dispatcher.close();
});

test('close() of a loader that never loaded, or twice, does nothing', async () => {
  const loader = httpLoader({ url: 'http://127.0.0.1:1/' });
  await loader.close?.();
  await expect(loader.close?.()).resolves.toBeUndefined();
});

test('a process that loaded once and closed nothing comes to its end', async () => {
  // the server offers to keep the connection for longer than this test may take
  await using server = await rawServer(document('Keep-Alive: timeout=600'));
  const program = fileURLToPath(new URL('exit.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, server.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  const [code] = (await once(child, 'exit')) as [number];
  expect([code, said, server.requests.length]).toEqual([0, 'loaded', 1]);
}, 20_000);

test('importing the subpath does not load undici, the first load does', async () => {
  const program = `
    import { createRequire } from 'node:module';
    const { cache } = createRequire(import.meta.url);
    const loaded = () => Object.keys(cache).some((path) => path.includes('/undici/'));
    const { httpLoader } = await import(${JSON.stringify(new URL('../http.ts', import.meta.url).href)});
    const loader = httpLoader({ url: 'http://127.0.0.1:1/' });
    const before = loaded();
    const limits = { maxWireBytes: 1, maxBytes: 1 };
    await loader.load({ signal: new AbortController().signal, limits }).catch(() => {});
    process.stdout.write(JSON.stringify([before, loaded()]));
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  await once(child, 'exit');
  expect(said).toBe('[false,true]');
}, 20_000);
