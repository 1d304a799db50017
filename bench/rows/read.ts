import { createConfigManager } from '@holdfast/core';
import { staticLoader } from '@holdfast/loaders/static';
import { type Rounds, allocated, interleaved, nanoseconds } from '../harness/measure.ts';
import type { Figure, Row } from '../harness/row.ts';

const READS = 10_000_000;
const ROUNDS = 15;

interface Holder {
  readonly current: { readonly pool: { readonly size: number } };
}
type Reader = (holder: Holder) => number;

// Eight equal functions each, so that their calls are not inlined and nothing is hoisted out of the loop; written out,
// so that the two sides learn nothing from each other.
const frozenReaders: readonly Reader[] = [
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
];
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

function readAll(readers: readonly Reader[], holder: Holder): (times: number) => number {
  return (times) => {
    let sum = 0;
    for (let i = 0; i < times; i += 1) sum += readers[i & 7]!(holder);
    return sum;
  };
}

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
  const readFrozen = readAll(frozenReaders, Object.freeze({ current: app.current }));
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
  return { figures: figuresOf(ns, bytes) };
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
export const row: Row = { title: 'one value from current', run };
