import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type Loader, createConfigManager } from '@holdfast/core';
import { fileCache } from '@holdfast/loaders/file-cache';
import { hashed } from '@holdfast/loaders/hashed';
import { httpLoader } from '@holdfast/loaders/http';

/** A program whose every source, cache and listener fails in the background, and that looks at nothing of it. */
const [directory = ''] = process.argv.slice(2);
const LOOPBACK = '127.0.0.1';
const RESET = 'reset';

/** A port that answers each connection in its way; nobody listens on it where there is none. */
async function port(answer?: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      if (answer === RESET) socket.resetAndDestroy();
      else socket.end(answer ?? '');
    });
  }).listen(0, LOOPBACK);
  await once(server, 'listening');
  const { port: number } = server.address() as AddressInfo;
  if (answer === undefined) server.close();
  return number;
}

const answers: Record<string, string | undefined> = {
  refused: undefined,
  reset: RESET,
  'no HTTP': 'SSH-2.0-x\r\n',
  500: 'HTTP/1.1 500 x\r\nContent-Length: 1\r\n\r\nx',
  401: 'HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n',
  cut: 'HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\n{"a"',
  'no JSON': 'HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\n{]',
};
const reject = () => Promise.reject(new Error('mine'));
// its parent folder is missing: no record can be written
const cache = fileCache({ directory: `${directory}/no/cache` });
const logger = { debug: reject, info: reject, warn: reject, error: reject };
const manager = createConfigManager({ cache, logger });
manager.on('*', reject);
const polling = { intervalMs: 20, maxIntervalMs: 20, backoff: { maxMs: 20 }, deadlineMs: 500 };
for (const [name, answer] of Object.entries(answers)) {
  const http: Loader = httpLoader({
    url: `http://${LOOPBACK}:${await port(answer)}/`,
    bearerToken: name === '401' ? reject : 'token',
    proxyFromEnvironment: false,
  });
  const app = manager.register(name, { loader: name === '500' ? hashed(http) : http, polling });
  app.onChange(reject);
  void app.ready({ timeoutMs: 50 });
}
let left = 150;
await new Promise<void>((resolve) => {
  const holdsTheProcess = setInterval(() => {}, 1_000);
  manager.on('poll.finished', ({ outcome }) => {
    if (outcome.kind === 'accepted' || outcome.kind === 'unchanged') throw new Error(outcome.kind);
    if (left-- > 0) return;
    clearInterval(holdsTheProcess);
    resolve();
  });
});
const polled = manager.configs().filter(({ status }) => status.level > 0 || status.lastFailure);
await manager.close();
process.stdout.write(`polled ${polled.length} of ${Object.keys(answers).length}\n`);
process.exit();
