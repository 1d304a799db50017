// The process under test: it bears the load and tells its parent what it holds, again and again, and at last what is left.
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '@holdfast/testing';
import { countingClock } from '../../tools/counting-clock.ts';
import { soakLoad } from './load.ts';
import type { OriginPlaces } from './origin-process.ts';
import { type Held, heapUsed, heldNow, type Sample } from './sample.ts';

/** What the process is asked to do. */
export interface SoakOrder {
  readonly places: OriginPlaces;
  readonly seed: number;
  readonly durationMs: number;
  readonly everyMs: number;
}

/** What the process tells. */
export type SoakNews =
  | { readonly kind: 'sample'; readonly sample: Sample }
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'end'; readonly before: Held; readonly after: Held };

function holdsMore(before: Held): boolean {
  const now = heldNow();
  return now.sockets > before.sockets || now.timers > before.timers;
}

/** Bears the load for as long as it is told to. */
export async function soak(order: SoakOrder, tell: (news: SoakNews) => void): Promise<void> {
  const { places, seed, durationMs, everyMs } = order;
  const warn = ({ message }: Error): void => tell({ kind: 'warning', text: message });
  process.on('warning', warn);
  const clock = countingClock();
  const before = heldNow();
  const load = await soakLoad(places, { clock, random: seededRandom(seed) });
  const start = clock.monotonic();
  for (let next = start + everyMs; next <= start + durationMs; next += everyMs) {
    await sleep(next - clock.monotonic());
    const heap = await heapUsed();
    const sample: Sample = {
      ...heldNow(),
      at: (clock.monotonic() - start) / 1_000,
      heap,
      rss: process.memoryUsage().rss,
      ownTimers: clock.waiting(),
      changeListeners: load.listeners.held,
      polls: load.polls,
    };
    tell({ kind: 'sample', sample });
  }
  await load[Symbol.asyncDispose]();
  // a socket that was told to close does so in a later turn, and guests stay for a while
  for (let turn = 0; turn < 20 && holdsMore(before); turn += 1) await sleep(50);
  tell({ kind: 'end', before, after: heldNow() });
  process.off('warning', warn);
}
