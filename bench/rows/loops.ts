import { setTimeout as sleep } from 'node:timers/promises';
import { type Loader, createConfigManager } from '@holdfast/core';
import { askChild } from '../harness/ask-child.ts';
import { countingClock } from '../../tools/counting-clock.ts';
import { heapUsed, keep } from '../harness/measure.ts';
import type { Peer, Row } from '../harness/row.ts';
import { bytesOf } from '../harness/scripted-loader.ts';
import { PEERS } from '../peers/all.ts';
import { startPeerServer } from '../peers/start-server.ts';

const CONFIGS = 10_000;
const SETTLE_MS = 10_000;
const WINDOW_MS = 5_000;
const WINDOWS = 8;
const DAY_MS = 86_400_000;
const TEXT = '{"pool":{"size":8},"logLevel":"info"}';

const loader: Loader = {
  name: 'tiny',
  key: 'tiny',
  load: ({ known }) =>
    Promise.resolve(
      known
        ? { kind: 'unchanged' }
        : { kind: 'loaded', raw: bytesOf(TEXT), validator: { origin: 'tiny', revision: '1' } },
    ),
};

/** Bytes of heap that a config's document takes by itself, as bytes and as a value. */
function documentHeap(): number {
  const before = heapUsed();
  const documents = Array.from({ length: CONFIGS }, () => ({
    raw: bytesOf(TEXT),
    value: JSON.parse(TEXT) as unknown,
  }));
  const bytes = (heapUsed() - before) / CONFIGS;
  keep(documents.length);
  return bytes;
}

/**
 * Milliseconds of CPU a second while nothing happens: the quietest of several windows. Waking from a
 * window costs what the machine asks for it, so this means something only beside another such number.
 */
async function idleCpu(): Promise<number> {
  await sleep(SETTLE_MS);
  const windows: number[] = [];
  for (let i = 0; i < WINDOWS; i += 1) {
    const start = process.cpuUsage();
    await sleep(WINDOW_MS);
    const { user, system } = process.cpuUsage(start);
    windows.push((user + system) / WINDOW_MS);
  }
  return Math.min(...windows);
}

/** What a client of each peer takes, of a thousand that poll by themselves; nobody holds a connection meanwhile. */
async function peerLines(): Promise<Peer[]> {
  const { origin, stop } = await startPeerServer('close');
  const lines: Peer[] = [];
  for (const { label: name } of PEERS) {
    const bytes = await askChild<number>('peers/heap-peer.ts', [name, origin]);
    const detail = `${(bytes / 1024).toFixed(1)} kB of heap a client of 1000, its document of 1.5 kB included`;
    lines.push({ name, value: bytes / 1024, detail });
  }
  stop();
  return lines;
}

async function run(): ReturnType<Row['run']> {
  const document = documentHeap();
  const clock = countingClock();
  const manager = createConfigManager({ clock });
  const polling = { intervalMs: DAY_MS, maxIntervalMs: DAY_MS, revalidateMs: DAY_MS };
  await manager.register('first', { loader, polling }).ready();
  const alone = await idleCpu();
  const before = heapUsed();
  const handles = Array.from({ length: CONFIGS }, (_, i) =>
    manager.register(`config-${i}`, { loader, polling }),
  );
  await Promise.all(handles.map((handle) => handle.ready()));
  const heap = (heapUsed() - before) / CONFIGS - document;
  const cpu = await idleCpu();
  const timers = clock.waiting();
  await manager.close();
  return {
    figures: [
      {
        id: 'loops',
        value: heap / 1024,
        target: 2,
        unit: 'kB of heap a config',
        detail: `${heap.toFixed(0)} bytes beside its document, which takes ${document.toFixed(0)}`,
      },
      {
        id: 'loops-cpu',
        value: Math.max(0, cpu - alone),
        target: 0.1,
        unit: 'ms of CPU a second, idle, beside what one config takes',
        detail: `${cpu.toFixed(2)} against ${alone.toFixed(2)}, each the quietest of ${WINDOWS} windows of ${WINDOW_MS / 1000} s`,
      },
      {
        id: 'loops-timers',
        value: timers,
        target: 1,
        unit: 'timers',
        detail: `for ${CONFIGS} configs`,
      },
    ],
    peers: await peerLines(),
  };
}

/** What many configs cost that have nothing to do. */
export const row: Row = {
  title: '10 000 idle configs',
  why: `All configs of a process wait in one heap that is ordered by time, and one timer waits for the first of them; a config is a
node of that heap itself. Nothing that only a busy config needs is kept for an idle one: no closure a loop, no AbortController, no
emitter without listeners. The peers make a client for each source, with an HTTP agent, an emitter, an evaluator and a timer; most of
them advise one client a process, so a thousand is not what they are made for. Their documents are in a format of their own and count.`,
  run,
};
