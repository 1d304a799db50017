// How long the event loop stands still while whom the command line names takes in a document; for as long as it is asked.
import { setTimeout as sleep } from 'node:timers/promises';
import { createConfigManager } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
import { Pool } from 'undici';
import { longestBlock } from '../harness/longest-block.ts';
import { PEERS } from './all.ts';
import type { PeerClient } from './sdk.ts';

/** What the parent asks for: a client with its first document, or the next poll of the one that is there. */
export type StallTask = 'first' | 'poll';

/** Documents of 10 MB have more keys than a config takes unasked. */
const LIMITS = { maxKeys: 1e7 };

async function connectOurs(origin: string, bytes: number): Promise<Omit<PeerClient, 'read'>> {
  const manager = createConfigManager();
  const loader = httpLoader({ url: `${origin}/plain/${bytes}` });
  const app = manager.register('app', { loader, limits: LIMITS, updates: false });
  await app.ready({ from: 'origin' });
  let heard = 0;
  app.onChange(() => {
    heard += 1;
  });
  return {
    async poll() {
      const before = heard;
      await app.refresh();
      if (heard !== before + 1) throw new Error('the listener heard nothing');
    },
    close: () => manager.close(),
  };
}

/** No client at all: a GET of undici, and the body in one piece. Whoever compares or parses it holds the loop as long at least. */
async function connectBare(origin: string, bytes: number): Promise<Omit<PeerClient, 'read'>> {
  const pool = new Pool(origin, { connections: 1 });
  const poll = async (): Promise<void> => {
    const { body } = await pool.request({ method: 'GET', path: `/plain/${bytes}` });
    await body.bytes();
  };
  await poll();
  return { poll, close: () => void pool.destroy() };
}

const SETTLE_MS = 20;

const [name, origin, bytes] = process.argv.slice(2) as [string, string, string];
const peer = PEERS.find(({ label }) => label === name);
let client: Omit<PeerClient, 'read'> | undefined;
let clients = 0;

async function connect(): Promise<void> {
  clients += 1;
  if (peer) client = await peer.connect(origin, Number(bytes), `key-${clients}`);
  else client = await (name === 'undici' ? connectBare : connectOurs)(origin, Number(bytes));
}

const tasks: Record<StallTask, () => Promise<number>> = {
  async first() {
    await client?.close();
    globalThis.gc!();
    // the threads that go on with it are through by then
    await sleep(SETTLE_MS);
    return longestBlock(connect);
  },
  async poll() {
    // No collection by hand: it sets V8's limit to what is alive, so that the chunks of the next 10 MB, whoever reads them,
    // start another one in each poll. As it is, every second or third poll ends one, and the median knows of it.
    await sleep(SETTLE_MS);
    return longestBlock(() => client!.poll());
  },
};

process.on('message', (task: StallTask) => {
  void tasks[task]().then((ms) => process.send!(ms));
});
process.once('disconnect', () => process.exit(0));
