// How long the event loop stands still while whom the command line names takes in a document; for as long as it is asked.
import { setTimeout as sleep } from 'node:timers/promises';
import { createConfigManager } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
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

const SETTLE_MS = 20;

const [name, origin, bytes] = process.argv.slice(2) as [string, string, string];
const peer = PEERS.find(({ label }) => label === name);
let client: Omit<PeerClient, 'read'> | undefined;
let clients = 0;

async function connect(): Promise<void> {
  clients += 1;
  client = peer
    ? await peer.connect(origin, Number(bytes), `key-${clients}`)
    : await connectOurs(origin, Number(bytes));
}

/** Garbage is collected, and the threads that go on with it are through. */
async function settle(): Promise<void> {
  globalThis.gc!();
  await sleep(SETTLE_MS);
}

const tasks: Record<StallTask, () => Promise<number>> = {
  async first() {
    await client?.close();
    await settle();
    return longestBlock(connect);
  },
  async poll() {
    await settle();
    return longestBlock(() => client!.poll());
  },
};

process.on('message', (task: StallTask) => {
  void tasks[task]().then((ms) => process.send!(ms));
});
process.once('disconnect', () => process.exit(0));
