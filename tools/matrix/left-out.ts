/** Why a test cannot run somewhere: a pattern of its whole name, or a file. What is named here is shown as skipped. */
export interface LeftOut {
  readonly files: Readonly<Record<string, string>>;
  readonly names: Readonly<Record<string, string>>;
}

/** Where the runtime is not Node: tests that are about Node itself, or that begin processes or threads of it. */
const NOT_NODE: LeftOut = {
  files: {
    '**/kill.test.ts': 'counts system calls by replacing `node:fs` in a child process',
    '**/promise-0{8,9}*.test.ts': 'begins Node as a child process, with its options',
    '**/promise-12*.test.ts': 'begins Node as a child process, with its options',
    '**/faults/**': 'one transport of sockets is enough: the table of faults is about Node',
    'tools/**': 'judges the sources, not the runtime',
    '**/model.test.ts': 'nothing in it is of the runtime, and it takes long',
    '**/full-disk.test.ts': 'the system calls errors by other names',
    '**/clock.test.ts': 'asks Node which timers hold the process',
    '**/manual-clock.test.ts': 'files are seen on Node alone, as its docs say',
    '**/undici/*.test.ts': 'dispatchers, threads and TLS of Node',
    '**/fetch/limits.test.ts': "tells what Node's own fetch cannot do",
  },
  names: {
    'fault\\(\\) (cut|reset)': 'the words of the error are of the runtime',
  },
};

/** Where Node's modules are stand-ins, or missing. */
const NO_NODE: LeftOut = {
  files: { '**/document/kind.test.ts': 'makes values of another realm by `node:vm`' },
  names: {
    'another realm': 'made by `node:vm`',
    'holds the process open': 'there is no process to hold',
  },
};

/** By lane. */
export const LEFT_OUT: Readonly<Record<string, LeftOut>> = {
  bun: {
    files: {
      ...NOT_NODE.files,
      '**/cache-rules.test.ts': 'a disk on the manual clock: files are seen on Node alone',
    },
    names: { ...NOT_NODE.names },
  },
  deno: {
    files: NOT_NODE.files,
    names: {
      ...NOT_NODE.names,
      'confirmedAt is the time of the clock': 'utimes() rounds to another millisecond',
      'a platform without localStorage': 'it cannot be without it',
      '"__proto__" before': 'objects of Deno have no __proto__',
    },
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
