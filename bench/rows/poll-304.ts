import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createConfigManager, systemClock } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
import { Pool } from 'undici';
import { allocated, cpu, interleaved, keep } from '../harness/measure.ts';
import type { Row } from '../harness/row.ts';

const ROUNDS = 21;
const POLLS = 400;
const SMALL = 10_000;
const LARGE = 1_000_000;

/** Starts the server; it ends with this process. */
async function startServer(): Promise<{ origin: string; stop: () => void }> {
  const child = fork(join(import.meta.dirname, '../harness/etag-server.mjs'), { execArgv: [] });
  const [port] = (await once(child, 'message')) as [number];
  return { origin: `http://127.0.0.1:${port}`, stop: () => child.disconnect() };
}

/** A poll without an SDK: one conditional request over a kept connection, its answer drained. */
function barePoll(origin: string): { poll: () => Promise<void>; close: () => Promise<void> } {
  const pool = new Pool(origin, { connections: 1 });
  const headers = { 'if-none-match': `"${SMALL}-1"` };
  return {
    async poll() {
      const { statusCode, body } = await pool.request({
        method: 'GET',
        path: `/${SMALL}`,
        headers,
      });
      await body.dump();
      if (statusCode !== 304) throw new Error(`status ${statusCode}`);
    },
    close: () => pool.close(),
  };
}

/** A poll by the loader without the engine: tells the two apart. */
async function loaderAlone(origin: string): Promise<() => Promise<unknown>> {
  const loader = httpLoader({ url: `${origin}/${SMALL}` });
  const { signal } = new AbortController();
  const limits = { maxWireBytes: LARGE, maxBytes: LARGE, maxDepth: 64, maxKeys: LARGE };
  const time = { ...systemClock, sleep: () => Promise.reject(new Error('nobody sleeps')) };
  const first = await loader.load({ signal, time, limits });
  if (first.kind !== 'loaded') throw new Error(`the first answer was ${first.kind}`);
  const request = { signal, time, limits, known: first.validator };
  return () => loader.load(request);
}

async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < times; i += 1) keep(await work());
}

async function run(): ReturnType<Row['run']> {
  const { origin, stop } = await startServer();
  const bare = barePoll(origin);
  const manager = createConfigManager();
  const small = manager.register('small', { loader: httpLoader({ url: `${origin}/${SMALL}` }) });
  const large = manager.register('large', { loader: httpLoader({ url: `${origin}/${LARGE}` }) });
  await Promise.all([small.ready({ from: 'origin' }), large.ready({ from: 'origin' })]);
  const alone = await loaderAlone(origin);
  const us = await interleaved(ROUNDS, {
    bare: () => cpu(POLLS, bare.poll),
    loader: () => cpu(POLLS, alone),
    small: () => cpu(POLLS, () => small.refresh()),
    large: () => cpu(POLLS, () => large.refresh()),
  });
  const heap = await interleaved(5, {
    bare: () => allocated(POLLS, (times) => repeat(times, bare.poll)),
    loader: () => allocated(POLLS, (times) => repeat(times, alone)),
    small: () => allocated(POLLS, (times) => repeat(times, () => small.refresh())),
  });
  const { kind } = await large.refresh();
  if (kind !== 'unchanged') throw new Error(`a 304 was ${kind}`);
  await Promise.all([manager.close(), bare.close()]);
  stop();
  return {
    figures: [
      {
        id: 'poll-304',
        value: us.ratio('small', 'bare'),
        target: 1.3,
        unit: '× Pool.request of undici, CPU',
        detail: `${us.of('small').toFixed(0)} µs a poll of 10 kB, bare ${us.of('bare').toFixed(0)} µs, the loader alone ${us.of('loader').toFixed(0)} µs`,
      },
      {
        id: 'poll-304-1mb',
        value: us.ratio('large', 'small'),
        target: 1.1,
        unit: '× the poll of 10 kB',
        detail: `${us.of('large').toFixed(0)} µs a poll of 1 MB`,
      },
      {
        id: 'poll-304-heap',
        value: heap.of('small') / 1000,
        target: 12,
        unit: 'kB of heap a poll',
        detail: `bare ${(heap.of('bare') / 1000).toFixed(1)} kB, the loader alone ${(heap.of('loader') / 1000).toFixed(1)} kB`,
      },
    ],
  };
}

/** What a process pays each minute for a config that did not change. */
export const row: Row = {
  title: 'one unchanged poll over a kept connection, all of the SDK',
  // heap is counted between two collections
  nodeFlags: ['--min-semi-space-size=64', '--max-semi-space-size=64'],
  run,
};
