import { setTimeout as sleep } from 'node:timers/promises';
import { type Loader, createConfigManager } from '@holdfast/core';
import { countingClock } from '../harness/counting-clock.ts';
import { heapUsed, keep } from '../harness/measure.ts';
import type { Row } from '../harness/row.ts';
import { bytesOf } from '../harness/scripted-loader.ts';

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
  };
}

/** What many configs cost that have nothing to do. */
export const row: Row = { title: '10 000 idle configs', run };
