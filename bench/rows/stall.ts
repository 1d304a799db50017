import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { interleaved, type Rounds } from '../harness/measure.ts';
import type { Figure, Peer, Row } from '../harness/row.ts';
import { PEERS } from '../peers/all.ts';
import type { Edits, Format } from '../peers/formats.ts';
import type { StallTask } from '../peers/stall-peer.ts';
import { type PeerServer, startPeerServer } from '../peers/start-server.ts';

const BYTES = 10_000_000;
const ROUNDS = { first: 7, leaf: 9, rewrite: 5 };
/** In a row, of which the middle one counts: whoever others have pushed out of the caches is slow at first. */
const IN_A_ROW = 3;
const OURS = 'Holdfast';
/** A GET of undici, without an SDK. */
const BARE = 'undici';
const WHO: Readonly<Record<string, Format>> = {
  [OURS]: 'plain',
  [BARE]: 'plain',
  ConfigCat: 'configcat',
  LaunchDarkly: 'launchdarkly',
  Unleash: 'unleash',
  GrowthBook: 'growthbook',
};

/** A process for each, which lives as long as this one asks. */
function startAll(origin: string): Map<string, ChildProcess> {
  const path = join(import.meta.dirname, '../peers/stall-peer.mjs');
  const start = (name: string): ChildProcess =>
    fork(path, [name, origin, String(BYTES)], { execArgv: ['--expose-gc'] }).once('exit', () => {
      throw new Error(`the process of ${name} ended before it was through`);
    });
  return new Map(Object.keys(WHO).map((name) => [name, start(name)]));
}

/** What one asks all of them, in turns. */
interface Turn {
  readonly task: StallTask;
  readonly rounds: number;
  /** What is edited before each of them is asked. */
  readonly edit: keyof Edits;
}

async function ask(child: ChildProcess, task: StallTask): Promise<number> {
  child.send(task);
  const [ms] = (await once(child, 'message')) as [number];
  return ms;
}

/** Makes what asks all of them in turns; each finds a version that it has not seen. */
function asker(server: PeerServer, children: Map<string, ChildProcess>) {
  const edits = { top: 0, leaf: 0, all: 0 };
  return ({ task, rounds, edit }: Turn): Promise<Rounds<string>> => {
    const subjects = [...children].map(([name, child]) => [
      name,
      async () => {
        const row: number[] = [];
        for (let i = 0; i < IN_A_ROW; i += 1) {
          edits[edit] += 1;
          await server.edit(edits, WHO[name]!, BYTES);
          row.push(await ask(child, task));
        }
        return row.toSorted((a, b) => a - b)[1]!;
      },
    ]);
    return interleaved(
      rounds,
      Object.fromEntries(subjects) as Record<string, () => Promise<number>>,
    );
  };
}

async function run(): ReturnType<Row['run']> {
  const server = await startPeerServer();
  const children = startAll(server.origin);
  const askAll = asker(server, children);
  const first = await askAll({ task: 'first', rounds: ROUNDS.first, edit: 'top' });
  const top = await askAll({ task: 'poll', rounds: ROUNDS.leaf, edit: 'top' });
  const leaf = await askAll({ task: 'poll', rounds: ROUNDS.leaf, edit: 'leaf' });
  const rewrite = await askAll({ task: 'poll', rounds: ROUNDS.rewrite, edit: 'all' });
  for (const child of children.values()) child.removeAllListeners('exit').disconnect();
  server.stop();
  return {
    figures: [
      {
        id: 'stall',
        value: top.of(OURS),
        target: 6,
        unit: 'ms, one leaf at the top of 10 MB, no schema',
        detail: 'the median of the longest blocks, from the request to the listener',
      },
      {
        id: 'stall-entry',
        value: leaf.of(OURS),
        target: 6,
        unit: 'ms, one leaf of an entry, of a table of 10 MB, no schema',
        detail: 'the table has some 50 000 keys',
      },
      besideTheBest('stall-first', 'first load of 10 MB', first),
      besideTheBest('stall-rewrite', 'each leaf of 10 MB changed', rewrite),
    ],
    peers: [
      bareLine('stall', top),
      ...peerLines('stall', top, (name) => top.of(name)),
      bareLine('stall-entry', leaf),
      ...peerLines('stall-entry', leaf, (name) => leaf.of(name)),
      ...peerLines('stall-first', first, (name) => first.ratio(name, bestOf(first))),
      ...peerLines('stall-rewrite', rewrite, (name) => rewrite.ratio(name, bestOf(rewrite))),
    ],
  };
}

/** The peer that blocks for the shortest time. */
function bestOf(ms: Rounds<string>): string {
  const [best] = PEERS.map(({ label }) => label).toSorted((a, b) => ms.of(a) - ms.of(b));
  return best!;
}

function besideTheBest(id: string, what: string, ms: Rounds<string>): Figure {
  const best = bestOf(ms);
  return {
    id,
    value: ms.ratio(OURS, best),
    target: 1.2,
    unit: `× the best peer's, ${what}`,
    detail: `${ms.of(OURS).toFixed(0)} ms, ${best} ${ms.of(best).toFixed(0)} ms`,
  };
}

function bareLine(figure: string, ms: Rounds<string>): Peer {
  const detail = `${figure}: ${ms.of(BARE).toFixed(1)} ms`;
  return { name: 'a bare GET by undici', figure, value: ms.of(BARE), detail, limit: true };
}

function peerLines(figure: string, ms: Rounds<string>, value: (name: string) => number): Peer[] {
  return PEERS.map(({ label: name }) => {
    const detail = `${figure}: ${ms.of(name).toFixed(0)} ms`;
    return { name, figure, value: value(name), detail };
  });
}

/** For how long a process answers nobody because its config changes. */
export const row: Row = {
  title: 'longest block of the event loop while 10 MB are updated',
  why: `Of small changes only the bytes are compared and the entries around them are parsed, so the loop is held for a few milliseconds,
about as long as a bare GET holds it: by reading ten megabytes from a socket, and by V8, which ends a full collection of garbage in every second or third
poll, since each leaves twenty megabytes of chunks and bodies behind. Where the entry stands in one object of fifty thousand keys, the
object above it has to be made anew, key by key: it is, in several turns of the loop, and leaves some more behind. One of those turns is that in
which V8 doubles the table of so many keys, 4 to 6 ms that nobody can cut. A first load and a rewrite go
their way in turns, too, and what is left is the one step that cannot be cut, JSON.parse, or a full collection. **The limit**: a config of 10 MB that is rewritten
holds the loop for as long as \`stall-rewrite\` says, so keep large tables out of configs, or split them. The peers parse every version in
full, in one go, and neither compare nor freeze. Each reads 10 MB in its own format: values of Unleash and ConfigCat are texts, which parse
faster than trees, and Unleash keeps no backup on the disk here.`,
  run,
};
