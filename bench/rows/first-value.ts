import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interleaved, type Rounds } from '../harness/measure.ts';
import type { Figure, Peer, Row } from '../harness/row.ts';
import { PEERS } from '../peers/all.ts';
import { startPeerServer } from '../peers/start-server.ts';

const ROUNDS = 15;
const QUICK_ROUNDS = 5;
const BYTES = 10_000;
const installed = join(import.meta.dirname, '../installed');

/** Milliseconds from the start of a process to its first value. */
function firstValue(script: string, ...args: string[]): number {
  return Number(
    execFileSync(process.execPath, [join(installed, script), ...args], { encoding: 'utf8' }),
  );
}

async function run(): ReturnType<Row['run']> {
  const { origin, stop } = await startPeerServer();
  const url = `${origin}/plain/${BYTES}`;
  const directory = mkdtempSync(join(tmpdir(), 'first-value-'));
  firstValue('cache.mjs', url, directory, 'origin');
  const own = {
    empty: () => firstValue('empty.mjs'),
    undici: () => firstValue('undici.mjs', url),
    http: () => firstValue('http-loader.mjs', url),
    fetch: () => firstValue('fetch.mjs', url),
    fetchLoader: () => firstValue('fetch-loader.mjs', url),
    cache: () => firstValue('cache.mjs', url, directory, 'cache'),
  };
  const peers = Object.fromEntries(
    PEERS.map(({ label }) => [label, () => firstValue('peer.mjs', url, label)]),
  );
  const ms: Rounds<string> = await interleaved(ROUNDS, { ...own, ...peers });
  rmSync(directory, { recursive: true });
  stop();
  return { figures: figuresOf(ms), peers: peerLines(ms) };
}

function httpFigure(ms: Rounds<'empty' | 'http' | 'undici'>): Figure {
  const took = (name: 'empty' | 'http' | 'undici'): string => `${ms.of(name).toFixed(0)} ms`;
  return {
    id: 'first-value',
    value: ms.ratio('http', 'undici'),
    target: 1.25,
    unit: '× a bare GET by undici and JSON.parse, whole processes',
    detail: `http loader ${took('http')}, bare ${took('undici')}, an empty process ${took('empty')}`,
  };
}

function figuresOf(ms: Rounds<string>): Figure[] {
  const took = (name: string): string => `${ms.of(name).toFixed(0)} ms`;
  return [
    httpFigure(ms),
    {
      id: 'first-value-fetch',
      value: ms.ratio('fetchLoader', 'fetch'),
      target: 1.25,
      unit: '× a bare fetch and JSON.parse, whole processes',
      detail: `fetch loader ${took('fetchLoader')}, bare ${took('fetch')}`,
    },
    {
      id: 'first-value-cache',
      value: ms.of('cache') - ms.of('empty'),
      target: 15,
      unit: 'ms over an empty process, from the disk cache alone',
      detail: `${took('cache')}, an empty process ${took('empty')}`,
    },
  ];
}

function peerLines(ms: Rounds<string>): Peer[] {
  const line = (name: string, label = name): Peer => {
    const value = ms.ratio(name, 'undici');
    return { name: label, value, detail: `${value.toFixed(2)}×, ${ms.of(name).toFixed(0)} ms` };
  };
  return [
    { ...line('empty', 'an empty process'), limit: true },
    { ...line('undici', 'bare undici'), limit: true },
    ...PEERS.map(({ label }) => line(label)),
  ];
}

/** The http loader beside the bare request alone. */
async function quick(): Promise<Figure> {
  const { origin, stop } = await startPeerServer();
  const url = `${origin}/plain/${BYTES}`;
  const ms = await interleaved(QUICK_ROUNDS, {
    empty: () => firstValue('empty.mjs'),
    undici: () => firstValue('undici.mjs', url),
    http: () => firstValue('http-loader.mjs', url),
  });
  stop();
  return httpFigure(ms);
}

/** What a start pays until it has its config. */
export const row: Row = {
  title: 'process start to first value, from a local server and from the disk',
  why: `Most of it is Node itself and the HTTP client, which the bare request pays too. Ours beside them: the
entry, the loader, and the way of a document, which is loaded when the first config is registered: seven files, each of which has to be found,
read and compiled, a third of a megabyte in all. From the disk nothing of HTTP is loaded: the record is read, its checksum
checked, and the document parsed; nearly all of its time is that of loading our code, which runs for the first time and cold: all of it in one
file takes 7 ms less, and with V8's own code of it at hand, which Node 20 keeps for nobody, a third is left. SHA-256 alone, which names the
record, costs 4 ms at the first call. The packages are laid out as an install does it, each script is a process of its own,
and the time is that of its own clock since it began. The document has 10 kB; the peers read one of the same size in their format.`,
  run,
  quick,
};
