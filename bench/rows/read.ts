import { createConfigManager } from '@holdfast/core';
import { staticLoader } from '@holdfast/loaders/static';
import { askChild } from '../harness/ask-child.ts';
import { frozenRead, type Reader, readAll } from '../harness/frozen-read.ts';
import { type Rounds, allocated, interleaved, nanoseconds } from '../harness/measure.ts';
import type { Figure, Peer, Row } from '../harness/row.ts';
import type { ReadPeer } from '../peers/read-peer.ts';
import { startPeerServer } from '../peers/start-server.ts';

const READS = 10_000_000;
const ROUNDS = 15;

// as those of `frozen-read.ts`, and apart from them
const appReaders: readonly Reader[] = [
  (app) => app.current.pool.size,
  (app) => app.current.pool.size,
  (app) => app.current.pool.size,
  (app) => app.current.pool.size,
  (app) => app.current.pool.size,
  (app) => app.current.pool.size,
  (app) => app.current.pool.size,
  (app) => app.current.pool.size,
];

const PATHS = [
  'pool.size',
  'pool.name',
  'log.level',
  'log.target',
  'http.port',
  'http.host',
  'a.b',
  'a.c',
] as const;

const VALUE = {
  pool: { size: 8, name: 'main' },
  log: { level: 'info', target: 'stdout' },
  http: { port: 8080, host: 'localhost' },
  a: { b: true, c: 3 },
};

/** Reads the paths in turn; what is found is counted, so that each read has to be made. */
function getAll(get: (path: (typeof PATHS)[number]) => unknown): (times: number) => number {
  return (times) => {
    let found = 0;
    for (let i = 0; i < times; i += 1) if (get(PATHS[i & 7]!) !== undefined) found += 1;
    return found;
  };
}

async function run(): ReturnType<Row['run']> {
  const manager = createConfigManager();
  const app = manager.register<typeof VALUE>('app', { loader: staticLoader(VALUE) });
  await app.ready();
  const map = new Map<string, unknown>(PATHS.map((path) => [path, app.get(path)]));
  const readFrozen = frozenRead(app.current);
  const readApp = readAll(appReaders, app);
  const get = getAll((path) => app.get(path));
  const mapGet = getAll((path) => map.get(path));
  const ns = await interleaved(ROUNDS, {
    frozen: () => nanoseconds(READS, readFrozen),
    app: () => nanoseconds(READS, readApp),
    map: () => nanoseconds(READS, mapGet),
    get: () => nanoseconds(READS, get),
  });
  const bytes = { app: await allocated(READS, readApp), get: await allocated(READS, get) };
  await manager.close();
  const limits: Peer[] = [
    { name: 'a frozen object', value: 1, limit: true, detail: '1×' },
    { name: 'Map.get', value: 1, limit: true, figure: 'read-get', detail: '1×' },
    ...(await peerLines()),
  ];
  return { figures: figuresOf(ns, bytes), peers: limits };
}

/** How the products and libraries are asked for a value. */
const WAYS = {
  ConfigCat: 'getValue of a snapshot',
  LaunchDarkly: 'await variation()',
  Unleash: 'isEnabled',
  GrowthBook: 'getFeatureValue',
  config: "get('pool.size')",
  convict: "get('pool.size')",
};

/** What others take for one value, each in a process of its own beside the frozen object. */
async function peerLines(): Promise<Peer[]> {
  const { origin, stop } = await startPeerServer();
  const lines: Peer[] = [];
  for (const [name, way] of Object.entries(WAYS)) {
    const { ns, overFrozen } = await askChild<ReadPeer>('peers/read-peer.ts', [name, origin]);
    const detail = `${overFrozen.toFixed(0)}×, ${ns.toFixed(0)} ns, ${way}`;
    lines.push({ name, value: overFrozen, detail });
  }
  stop();
  return lines;
}

function figuresOf(
  ns: Rounds<'app' | 'frozen' | 'get' | 'map'>,
  bytes: Record<'app' | 'get', number>,
): Figure[] {
  const reads = `in ${READS} reads`;
  return [
    {
      id: 'read',
      value: ns.ratio('app', 'frozen'),
      target: 1.1,
      unit: '× the same properties of a frozen object',
      detail: `${ns.of('app').toFixed(2)} ns a read, frozen object ${ns.of('frozen').toFixed(2)} ns, call included`,
    },
    {
      id: 'read-bytes',
      value: Math.round(bytes.app),
      target: 0,
      unit: 'bytes allocated a read',
      detail: `${(bytes.app * READS).toFixed(0)} ${reads}`,
    },
    {
      id: 'read-get',
      value: ns.ratio('get', 'map'),
      target: 3,
      unit: '× Map.get',
      detail: `get('a.b') ${ns.of('get').toFixed(1)} ns, Map.get ${ns.of('map').toFixed(1)} ns`,
    },
    {
      id: 'read-get-bytes',
      value: Math.round(bytes.get),
      target: 0,
      unit: "bytes allocated a get('a.b')",
      detail: `${(bytes.get * READS).toFixed(0)} ${reads}`,
    },
  ];
}

/** What an application pays each time it looks. */
export const row: Row = {
  title: 'one value from current',
  why: `The value is a plain frozen object that JSON.parse made, and \`current\` gives that object itself: no copy, no proxy, no
evaluation, so a read is a read of properties. \`get('a.b')\` finds a path that was asked before in a map and remembers the value until
the next change. The products evaluate rules for a user at each read, which Holdfast does not have; that is what one buys them
for, and it is most of their time. ConfigCat is read from a snapshot that is kept, its fastest way; LaunchDarkly gives a promise.
Azure's provider is left out: it starts against its own service, whose signed requests our server does not answer.`,
  run,
};
