/** A reason for each. */
type Reasons = Readonly<Record<string, string>>;

/** Why a test cannot run somewhere. What is named here is counted and shown. */
export interface LeftOut {
  /** By a part of the path of its file. */
  readonly files: Reasons;
  /** By a pattern of its whole name. */
  readonly names: Reasons;
}

const DISK_AND_CLOCK = 'a disk on the manual clock: files are seen on Node alone, as its docs say';
const CHILD = 'begins Node as a child process, with its options';
const FETCH = 'of the platform, as docs/fetch-loader.md says: ';

const ADDRESSES: Reasons = {
  'N14 an address that never answers': 'tries no other address of a name while one is silent',
};

const FOLDED: Reasons = { 'F16 .*folds a line': 'fetch refuses that there, as httpLoader does' };

/** What sees that other files ran before it. */
const SHARED: Reasons = {
  'says what to wait for while it is being loaded': 'the files of a lane share what was loaded',
};

/** Where the runtime is not Node: tests that are about Node itself, or that begin processes or threads of it. */
const NOT_NODE: LeftOut = {
  files: {
    'tools/': 'judges the sources, not the runtime',
    '/kill.test.ts': 'counts system calls by replacing `node:fs` in a child process',
    '/promise-08': CHILD,
    '/promise-09': CHILD,
    '/promise-12': CHILD,
    '/faults/network-time.test.ts': CHILD,
    '/faults/disk.test.ts': DISK_AND_CLOCK,
    '/faults/disk-secrets.test.ts': DISK_AND_CLOCK,
    '/faults/files.test.ts': DISK_AND_CLOCK,
    '/faults/file-formats.test.ts': DISK_AND_CLOCK,
    '/faults/http-stored.test.ts': DISK_AND_CLOCK,
    '/promises/cache-rules.test.ts': DISK_AND_CLOCK,
    '/promises/promise-11-planted.test.ts': DISK_AND_CLOCK,
    '/promises/audit.test.ts': DISK_AND_CLOCK,
    '/manual-clock.test.ts': DISK_AND_CLOCK,
    '/clock.test.ts': 'asks Node which timers hold the process',
    '/push/exit.test.ts': CHILD,
    '/first-of/dns.test.ts': CHILD,
    'bench/': 'measures by what Node tells of its memory',
  },
  names: {
    ...SHARED,
    'fault\\(\\) (cut|reset)': 'the words of the error are of the runtime',
    'D12 a full table': CHILD,
    'watch\\(\\) (looks every|tells of a burst|hears of a folder)': DISK_AND_CLOCK,
    'T2 a record on the disk': DISK_AND_CLOCK,
    'P20 whoever writes into the value': DISK_AND_CLOCK,
    'C4 close\\(\\) during a write': DISK_AND_CLOCK,
    'C11 SIG(TERM|INT)': CHILD,
    'a process lives through SIGHUP': CHILD,
    'N2 a first packet that nobody':
      'the rig is a server of the runtime, which has another queue; the time-out itself holds',
    'aborted while (connecting, and|it connects to .*) drops the socket':
      'asks Node which sockets there are',
    'importing the subpath does not load undici': CHILD,
    'F\\d+ .*(which httpLoader refuses|Node|407)': `${FETCH}F2, F6, F7, F10, F12, F17`,
    ...FOLDED,
    'H16 status 407 .*fetchLoader': `${FETCH}F7`,
    'H17 100 that nobody asked for .*fetchLoader': `${FETCH}F16`,
    'H22 no cache answers for a dead origin .*fetchLoader': `${FETCH}F10`,
    'H19 (a length and chunks|chunks and a length) .*fetchLoader': `${FETCH}F5: it is refused, but its connection stays`,
    'N5 .* before any byte of each .*fetchLoader': `${FETCH}F5`,
  },
};

/** Where Node's modules are stand-ins, or missing. */
const NO_NODE: LeftOut = {
  files: {
    '/document/kind.test.ts': 'makes values of another realm by `node:vm`',
    '/core/src/metrics.test.ts':
      "is scraped over HTTP by the exporter for Prometheus, which is Node's",
  },
  names: {
    ...SHARED,
    'another realm': 'made by `node:vm`',
    'of the table in the README': 'reads a file beside the sources',
    'a hundred parallel requests over HTTP': 'is a server of Node, and asks it',
    'holds the process open': 'there is no process to hold',
  },
};

/** By lane. */
const BY_LANE: Readonly<Record<string, LeftOut>> = {
  node24: { files: {}, names: { ...SHARED, ...FOLDED } },
  node26: { files: {}, names: { ...SHARED, ...FOLDED } },
  bun: {
    files: NOT_NODE.files,
    names: {
      ...NOT_NODE.names,
      ...ADDRESSES,
      'H19 .* the end of its last chunk .*fetchLoader': `${FETCH}F16`,
      'fetchLoader load\\(\\) fails when the server sends (status 000|length and chunks)':
        'its connection stays: the answer was whole for Bun',
      'version that is too old|TLS 1.0 only': 'its TLS has no such servers',
      'checkPath\\(\\) refuses .*%ZZ': 'it takes such a URL for the path of a file',
      'promise 11: .*\\(fetchLoader\\)':
        'Bun asks again by itself, so that one failure of the list is none (F5)',
    },
  },
  deno: {
    files: NOT_NODE.files,
    names: {
      ...NOT_NODE.names,
      'an edit of the same size whose time was set back': 'its times of change are whole seconds',
      ...ADDRESSES,
      'N12 a file that is gone or half-written':
        'takes certificates as they are: that they are broken shows as a connection that is lost',
      'a platform without localStorage': 'it cannot be without it',
      '"__proto__" before': 'objects of Deno have no __proto__',
      'cut body \\(br\\)|H21 brotli that is cut':
        'its zlib takes brotli without its end: the parser has the last word',
      'fetchLoader load\\(\\) fails when the server (closes|resets) before any byte': `${FETCH}F5`,
      'fetchLoader load\\(\\) fails when the server sends (two lengths|too many headers)': `${FETCH}F6`,
      'F5 ': `${FETCH}F5`,
      'N1 .*fetchLoader': `${FETCH}F6`,
      'N11 .*fetchLoader': `${FETCH}F6`,
      'expired certificate|certificate of the future':
        'its TLS has other words for them; the failure is the same',
      'version that is too old|TLS 1.0 only': 'its TLS ends the connection without a word',
      'a key that is no point of its curve':
        'it takes such a key, and says that the signature does not hold',
      'N9 a server that was stopped':
        'the rig is a server of the runtime, begun with options of Node',
    },
  },
  'no-proto': {
    files: {
      '/testing/src/faults/': 'the same code over sockets: the flag is about keys of objects',
      '/testing/src/promises/': 'the same code in larger scenes',
      '/testing/src/model/': 'the same code in larger scenes',
    },
    names: { ...SHARED, '"__proto__" before': 'objects have no __proto__ under this flag' },
  },
  workerd: NO_NODE,
  chromium: {
    files: NO_NODE.files,
    names: {
      ...NO_NODE.names,
      'a platform without': 'a browser cannot be without its storages',
      'another copy of this package': 'a module cannot be loaded twice there',
    },
  },
};

const RIG = 'a rig of programs beside the runtime, which is the same for all of them';

/** What `--quick` leaves out of the suite on another runtime than the one that CI tests first: it tells nothing of it. */
const QUICK: Reasons = {
  'tools/': 'judges the sources, not the runtime',
  'examples/': 'programs on top of what the other tests hold',
  'bench/': 'measures the Node that CI tests first',
  '/model/': 'the engine alone, for seconds',
  '/testing/src/runtime/': 'the engine alone, on the manual clock',
  '/faults/soak': 'the engine alone, for seconds',
  '/faults/process.test.ts': 'kills processes in a loop',
  '/promises/audit.test.ts': 'kills processes in a loop',
  '/kill.test.ts': 'kills processes in a loop',
  '/promise-09': 'kills processes in a loop',
  '/full-disk': RIG,
  '/faults/disk.test.ts': RIG,
  '/faults/http-proxies': RIG,
  '/faults/network-time': RIG,
  '/faults/time.test.ts': RIG,
};

const PURE =
  'pure code, which the V8 of the first Node ran: the whole matrix runs it on each of them';

/** Scenarios of the engine on the manual clock, with loaders that are scripts. */
const ENGINE_ALONE = [
  'contract-required',
  'first-log-line',
  'found-by-attack',
  'found-in-review',
  'log-lines',
  'overrides',
  'promise-01',
  'promise-02',
  'promise-04-never-stops',
  'promise-05',
  'promise-06',
  'promise-10',
  'secret-changes',
  'start.test',
  'status',
  'views',
  'watch',
];

/** What it leaves out beside that on further runtimes of V8. */
const QUICK_ON_V8: Reasons = {
  '/core/src/cycle/': PURE,
  '/core/src/document/': PURE,
  '/core/src/operate/': PURE,
  '/core/src/options/': PURE,
  '/core/src/polling/': PURE,
  '/core/src/schedule/': PURE,
  '/core/src/state/': PURE,
  '/faults/payload-': PURE,
  '/loaders/src/combine/': PURE,
  '/loaders/src/env/': PURE,
  '/loaders/src/first-of': PURE,
  '/loaders/src/function': PURE,
  '/loaders/src/hashed': PURE,
  '/loaders/src/hedged': PURE,
  '/loaders/src/mapped': PURE,
  '/loaders/src/section': PURE,
  '/loaders/src/static': PURE,
  '/testing/src/contracts/': PURE,
  '/testing/src/promises/promise-11': 'what our own texts say: the first Node heard all of them',
  ...Object.fromEntries(ENGINE_ALONE.map((name) => [`/testing/src/promises/${name}`, PURE])),
};

/** What a lane leaves out; `quick` as CI runs it. */
export function leftOut(lane: string, quick: boolean): LeftOut {
  const { files, names } = BY_LANE[lane] ?? { files: {}, names: SHARED };
  const further = lane.startsWith('node') || lane === 'deno' ? QUICK_ON_V8 : {};
  return { files: quick ? { ...QUICK, ...further, ...files } : files, names };
}
