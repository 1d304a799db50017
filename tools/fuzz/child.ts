// The process whose memory is measured: it goes through the cases that the fuzzer sends it.
import { inspect } from 'node:util';
import type { Order } from './order.ts';
import { runOrder } from './subject.ts';

/** What this process tells the fuzzer. */
export type Told =
  | { readonly kind: 'report'; readonly report: Awaited<ReturnType<typeof runOrder>> }
  | { readonly kind: 'crash'; readonly what: string };

const tell = (told: Told): void => void process.send!(told);
const crash = (error: unknown): void => tell({ kind: 'crash', what: inspect(error) });

process.on('unhandledRejection', crash);
process.on('uncaughtException', crash);
/** Cases between two collections: what nobody holds any more must not count as memory. */
const COLLECT_EVERY = 8;
let done = 0;

process.on('message', (order: Order) => {
  runOrder(order).then((report) => {
    tell({ kind: 'report', report });
    if ((done += 1) % COLLECT_EVERY === 0) globalThis.gc!();
  }, crash);
});
process.on('disconnect', () => process.exit());
