import { createConfigManager, systemClock } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
import { askChild } from '../harness/ask-child.ts';
import { barePoll } from '../harness/bare-poll.ts';
import { allocated, cpu, interleaved, keep } from '../harness/measure.ts';
import type { Figure, Peer, Row } from '../harness/row.ts';
import { PEERS } from '../peers/all.ts';
import type { PolledPeer } from '../peers/poll-peer.ts';
import { startPeerServer } from '../peers/start-server.ts';

const ROUNDS = 21;
const POLLS = 400;
const SMALL = 10_000;
const LARGE = 1_000_000;
// heap is counted between two collections
const NODE_FLAGS = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

/** A poll by the loader without the engine: tells the two apart. */
async function loaderAlone(origin: string): Promise<() => Promise<unknown>> {
  const loader = httpLoader({ url: `${origin}/plain/${SMALL}` });
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

/** Ours, as one process has them. */
async function ourFigures(origin: string, bare: () => Promise<void>): Promise<Figure[]> {
  const manager = createConfigManager();
  const url = (bytes: number): string => `${origin}/plain/${bytes}`;
  const small = manager.register('small', { loader: httpLoader({ url: url(SMALL) }) });
  const large = manager.register('large', { loader: httpLoader({ url: url(LARGE) }) });
  await Promise.all([small.ready({ from: 'origin' }), large.ready({ from: 'origin' })]);
  const alone = await loaderAlone(origin);
  const us = await interleaved(ROUNDS, {
    bare: () => cpu(POLLS, bare),
    loader: () => cpu(POLLS, alone),
    small: () => cpu(POLLS, () => small.refresh()),
    large: () => cpu(POLLS, () => large.refresh()),
  });
  const heap = await interleaved(5, {
    bare: () => allocated(POLLS, (times) => repeat(times, bare)),
    loader: () => allocated(POLLS, (times) => repeat(times, alone)),
    small: () => allocated(POLLS, (times) => repeat(times, () => small.refresh())),
  });
  const { kind } = await large.refresh();
  if (kind !== 'unchanged') throw new Error(`a 304 was ${kind}`);
  await manager.close();
  return [
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
  ];
}

/** Bare clients of HTTP; an SDK cannot cost less than the one that it stands on. */
const CLIENTS = { request: 'request() of undici', fetch: 'fetch', got: 'got' };

/** The same poll by the peers and by bare clients, each in a process of its own beside the bare request. */
async function peerLines(origin: string): Promise<Peer[]> {
  const lines: Peer[] = [{ name: 'Pool.request of undici', value: 1, limit: true, detail: '1×' }];
  const ask = (name: string): Promise<PolledPeer> =>
    askChild('peers/poll-peer.ts', [name, origin, String(SMALL), String(LARGE)], NODE_FLAGS);
  for (const [client, name] of Object.entries(CLIENTS)) {
    const { us, overBare } = await ask(client);
    const detail = `${overBare.toFixed(2)}×, ${us[0].toFixed(0)} µs`;
    lines.push({ name, value: overBare, limit: true, detail });
  }
  for (const { label: name } of PEERS) {
    const { us, overBare, overSmall } = await ask(name);
    const [small, large] = us.map((each) => `${each.toFixed(0)} µs`);
    const detail = `${overBare.toFixed(2)}×, ${small}; ${large} at 1 MB`;
    lines.push({ name, value: overBare, detail });
    lines.push({
      name,
      value: overSmall,
      figure: 'poll-304-1mb',
      detail: `${overSmall.toFixed(2)}× at 1 MB`,
    });
  }
  return lines;
}

async function run(): ReturnType<Row['run']> {
  const { origin, stop } = await startPeerServer();
  const bare = barePoll(origin, SMALL);
  const figures = await ourFigures(origin, bare.poll);
  await bare.close();
  const peers = await peerLines(origin);
  stop();
  return { figures, peers };
}

/** What a process pays each minute for a config that did not change. */
export const row: Row = {
  title: 'one unchanged poll over a kept connection, all of the SDK',
  why: `A poll is one request over a connection that stays open, and its answer says that nothing changed: what it costs is what
the socket and the HTTP client cost. The loader asks for no body and builds its headers once; the engine adds the deadline, the
breaker, the next wait and the counters. Nothing is read, compared or copied, so the size of the document does not matter.
Of the peers, ConfigCat and GrowthBook were asked by their own methods (\`forceRefreshAsync\`, \`refreshFeatures\`); LaunchDarkly and
Unleash poll only by themselves, so their timer was brought forward. GrowthBook sends no ETag and reads all of the document again.
Azure App Configuration and AWS Parameters are left out: our server does not answer their signed requests.`,
  nodeFlags: NODE_FLAGS,
  run,
};
