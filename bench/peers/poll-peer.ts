// What a poll costs of whom the command line names, beside a bare request; alone in this process, and warm.
import { Agent } from 'node:http';
import { request } from 'undici';
import { barePoll } from '../harness/bare-poll.ts';
import { cpu, interleaved } from '../harness/measure.ts';
import { PEERS } from './all.ts';
import { importPeer } from './sdk.ts';

/** What is sent to the parent. */
export interface PolledPeer {
  /** Microseconds of CPU of a poll of the small and of the large document. */
  readonly us: readonly [small: number, large: number];
  /** The small one, times the bare request. */
  readonly overBare: number;
  /** The large one, times the small one. */
  readonly overSmall: number;
}

const ROUNDS = 11;
const POLLS = 400;
/** Enough for who reads a megabyte at each poll. */
const LARGE_POLLS = 50;

interface Got {
  readonly got: (url: string, options: object) => Promise<unknown>;
}

/** The usual clients of HTTP, with the tag that the server has: what an SDK of one's own would begin with. */
const CLIENTS: Readonly<
  Record<string, (url: string, headers: Record<string, string>) => Promise<() => Promise<unknown>>>
> = {
  request: (url, headers) =>
    Promise.resolve(async () => (await request(url, { headers })).body.dump()),
  fetch: (url, headers) => Promise.resolve(async () => (await fetch(url, { headers })).text()),
  async got(url, headers) {
    const { got } = await importPeer<Got>('got');
    const agent = { http: new Agent({ keepAlive: true }) };
    return () => got(url, { headers, agent, retry: { limit: 0 } });
  },
};

/** Makes the polls of the named one. */
async function pollOf(
  name: string,
  origin: string,
  bytes: number,
): Promise<() => Promise<unknown>> {
  const client = CLIENTS[name];
  if (client) return client(`${origin}/plain/${bytes}`, { 'if-none-match': `"${bytes}-0-0-0"` });
  const peer = PEERS.find(({ label }) => label === name)!;
  const { poll } = await peer.connect(origin, bytes, `key-${bytes}`);
  return poll;
}

const [name, origin, small, large] = process.argv.slice(2) as [string, string, string, string];
const { poll: bare } = barePoll(origin, Number(small));
const pollSmall = await pollOf(name, origin, Number(small));
const pollLarge = await pollOf(name, origin, Number(large));
const us = await interleaved(ROUNDS, {
  bare: () => cpu(POLLS, bare),
  small: () => cpu(POLLS, pollSmall),
  large: () => cpu(LARGE_POLLS, pollLarge),
});
const found: PolledPeer = {
  us: [us.of('small'), us.of('large')],
  overBare: us.ratio('small', 'bare'),
  overSmall: us.ratio('large', 'small'),
};
process.send!(found, () => process.exit(0));
