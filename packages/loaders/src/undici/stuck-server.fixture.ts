import { type Socket, connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Loader } from '@holdfast/core';
import { loadRequest } from '../http/load.fixture.ts';

/** An address where connecting never ends: its queue is full, and nobody takes from it. */
interface StuckServer extends AsyncDisposable {
  readonly url: string;
}

/** A listener that blocks its own thread, and enough connections to fill its queue. */
const LISTENER = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;
const MORE_THAN_THE_QUEUE = 4;

/** Opens one. */
export async function stuckServer(): Promise<StuckServer> {
  const worker = new Worker(LISTENER, { eval: true });
  const port = await new Promise<number>((resolve) => {
    worker.once('message', resolve);
  });
  const fill: Socket[] = [];
  for (let i = 0; i < MORE_THAN_THE_QUEUE; i += 1) {
    fill.push(connect(port, '127.0.0.1').on('error', () => {}));
  }
  await new Promise((resolve) => {
    fill[0]!.once('connect', resolve);
  });
  return {
    url: `http://127.0.0.1:${port}/app.json`,
    async [Symbol.asyncDispose]() {
      for (const socket of fill) socket.destroy();
      await worker.terminate();
    },
  };
}

/** How many sockets this process holds open. */
const sockets = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;

/** A load that is aborted while it connects to a stuck server; settles when its socket is dropped. */
export async function abortedWhileConnecting(loader: Loader, reason: Error): Promise<void> {
  await turn();
  const before = sockets();
  const controller = new AbortController();
  const loading = loader.load(loadRequest({ signal: controller.signal }));
  while (sockets() === before) await turn();
  controller.abort(reason);
  try {
    await loading;
  } finally {
    while (sockets() > before) await turn();
  }
}

/** Lets happen what has to happen. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
