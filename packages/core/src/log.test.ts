import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { HoldfastError, LoadError } from './errors.ts';
import { EVENT_TYPES, type EventType, type HoldfastEvent } from './events.ts';
import { EventLog } from './log.ts';
import type { Logger } from './ports/logger.ts';
import type { Status } from './state/status.ts';

/** Of a config that has no value and does not poll. */
const nothing = { version: 0, paused: true, sources: [] } as unknown as Status;
const SERVED = 'there is no value to serve; paused';

const refused = new HoldfastError('SCHEMA_FAILED', 'The document of x does not fit');

/** What all events of one attempt say. */
const reload = { config: 'app', at: 0, reloadId: '1', trigger: 'poll' } as const;

/** An event of each type and its line; of every one there is, or this does not compile. */
const LINES: { readonly [K in EventType]: readonly [HoldfastEvent<K>, string | undefined] } = {
  'poll.started': [
    { type: 'poll.started', config: 'app', at: 0, source: 's', trigger: 'poll' },
    undefined,
  ],
  'poll.finished': [
    {
      type: 'poll.finished',
      config: 'app',
      at: 0,
      source: 's',
      outcome: { kind: 'failed', error: new LoadError('Cannot load x') },
      durationMs: 12.6,
      next: undefined,
    },
    `warn: poll failed after 13 ms: Cannot load x; ${SERVED}`,
  ],
  'config.changed': [
    {
      type: 'config.changed',
      config: 'app',
      at: 0,
      version: 3,
      trigger: 'push',
      changes: [
        { path: ['pool', 'size'], kind: 'changed', before: 'secret', after: 'secret too' },
        { path: ['hosts', 2], kind: 'added', after: 'secret' },
      ],
    },
    'info: version 3 is in force (push): changed pool.size, added hosts.2',
  ],
  'config.warned': [
    { type: 'config.warned', config: 'app', at: 0, source: 's', message: 'unwise' },
    'warn: unwise',
  ],
  'document.refused': [
    {
      type: 'document.refused',
      config: 'app',
      at: 0,
      source: 's',
      trigger: 'poll',
      error: refused,
      kept: false,
    },
    `warn: The document of x does not fit; ${SERVED}`,
  ],
  'audit.failed': [
    {
      type: 'audit.failed',
      config: 'app',
      at: 0,
      error: new HoldfastError('AUDIT_FAILED', 'The audit sink failed: no room'),
      waiting: 3,
      lost: 0,
    },
    'warn: The audit sink failed: no room',
  ],
  'document.held': [
    { type: 'document.held', config: 'app', at: 0, source: 's', trigger: 'poll', until: 5 },
    'info: an update waits: the limit of updates is reached',
  ],
  'reload.started': [{ ...reload, type: 'reload.started' }, undefined],
  'reload.validated': [
    {
      ...reload,
      type: 'reload.validated',
      changeCount: 1,
      durationMs: 2,
    },
    undefined,
  ],
  'reload.participant.started': [
    {
      ...reload,
      type: 'reload.participant.started',
      participant: 'pool',
      phase: 'apply',
    },
    undefined,
  ],
  'reload.participant.finished': [
    {
      ...reload,
      type: 'reload.participant.finished',
      participant: 'pool',
      phase: 'apply',
      durationMs: 2,
    },
    undefined,
  ],
  'reload.completed': [
    {
      ...reload,
      type: 'reload.completed',
      outcome: 'applied',
      version: 2,
      changeCount: 1,
      durationMs: 2,
    },
    undefined,
  ],
  'reload.failed': [
    {
      ...reload,
      type: 'reload.failed',
      outcome: 'vetoed',
      error: new HoldfastError('VETOED', 'Participant "pool" would not have it'),
      durationMs: 2,
    },
    `warn: an update was not applied: Participant "pool" would not have it; ${SERVED}`,
  ],
  'reload.rolledback': [
    {
      ...reload,
      type: 'reload.rolledback',
      error: new HoldfastError('VETOED', 'Participant "pool" is unwell'),
      version: 1,
    },
    'error: an update was taken back, which is version 1: Participant "pool" is unwell',
  ],
  'override.set': [
    {
      type: 'override.set',
      config: 'app',
      at: 0,
      trigger: 'override',
      id: 'o1',
      paths: ['logLevel'],
      by: 'ann',
      reason: 'looking closer',
      expiresAt: 0,
    },
    'info: override o1 of logLevel by ann: looking closer, until 1970-01-01T00:00:00.000Z',
  ],
  'override.cleared': [
    {
      type: 'override.cleared',
      config: 'app',
      at: 0,
      trigger: 'expiry',
      id: 'o1',
      because: 'expired',
      by: 'ann',
      reason: 'looking closer',
    },
    'info: override o1 came to its end; it was set by ann: looking closer',
  ],
  'history.rolledback': [
    {
      type: 'history.rolledback',
      config: 'app',
      at: 0,
      trigger: 'rollback',
      from: 3,
      to: 1,
      version: 4,
      by: 'ann',
      reason: 'it was better',
    },
    'info: from version 3 back to version 1 by ann: it was better',
  ],
  'pin.changed': [
    {
      type: 'pin.changed',
      config: 'app',
      at: 0,
      trigger: 'operator',
      pinned: 'all',
      by: 'ann',
      reason: 'the sale',
    },
    'info: pinned (all) by ann: the sale',
  ],
  'watch.changed': [
    {
      type: 'watch.changed',
      config: 'app',
      at: 1_000,
      source: 'http x/events',
      state: 'down',
      error: new LoadError('Cannot load http x/events: no connection'),
      until: 2_250,
    },
    `warn: the watch of http x/events is down: Cannot load http x/events: no connection; watched again in 1.3 s; ${SERVED}`,
  ],
  'breaker.changed': [
    {
      type: 'breaker.changed',
      config: 'app',
      at: 1_000,
      origin: 'http://x:80',
      state: 'open',
      previous: 'closed',
      until: 61_000,
    },
    'warn: the circuit breaker of http://x:80 is open: it failed again and again, and is not asked for 60 s; there is no value to serve',
  ],
  'status.changed': [
    { type: 'status.changed', config: 'app', at: 0, state: 'stale', previous: 'fresh' },
    `warn: fresh -> stale; ${SERVED}`,
  ],
  'cache.failed': [
    {
      type: 'cache.failed',
      config: 'app',
      at: 0,
      source: 's',
      error: new HoldfastError('CACHE_FAILED', 'The cache failed (write): full'),
    },
    'warn: The cache failed (write): full',
  ],
  'listener.failed': [
    {
      type: 'listener.failed',
      config: 'app',
      at: 0,
      error: new HoldfastError('LISTENER_FAILED', 'a listener failed'),
    },
    'error: a listener failed',
  ],
};

function rig() {
  const lines: string[] = [];
  const fields: object[] = [];
  const at = (level: keyof Logger) => (message: string, more: object) => {
    lines.push(`${level}: ${message.replace('holdfast: config "app": ', '')}`);
    fields.push(more);
  };
  const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const eventLog = new EventLog(logger);
  const log = { write: (event: HoldfastEvent) => eventLog.write(event, nothing) };
  return { lines, fields, logger, log };
}

/** `warn`, `debug` … */
const levelsOf = (lines: readonly string[]): unknown[] => lines.map((line) => line.split(':')[0]);

test.each(Object.values(LINES))('write() of %o', (event, line) => {
  const { lines, fields, log } = rig();
  log.write(event);
  expect(lines).toEqual(line === undefined ? [] : [line]);
  expect(fields).toMatchObject(line === undefined ? [] : [{ type: event.type, config: 'app' }]);
});

test('write() says which config it is', () => {
  const info = vi.fn<Logger['info']>();
  const log = new EventLog({ ...rig().logger, info });
  const fresh = { type: 'status.changed', config: 'a"b', at: 0, state: 'fresh' } as const;
  log.write({ ...fresh, previous: 'stale' }, nothing);
  log.write({ ...fresh, previous: 'closed' }, undefined);
  expect(info.mock.calls.map(([line]) => line)).toEqual([
    `holdfast: config "a\\"b": stale -> fresh; ${SERVED}`,
    'holdfast: config "a\\"b": closed -> fresh; unregistered',
  ]);
});

test.each([
  ['fresh', 'info'],
  ['closed', 'debug'],
] as const)('write() takes %s for good news', (state, level) => {
  const { lines, log } = rig();
  log.write({ type: 'status.changed', config: 'app', at: 0, state, previous: 'stale' });
  expect(lines).toEqual([`${level}: stale -> ${state}; ${SERVED}`]);
});

test('write() names no config where the event is of none', () => {
  const warn = vi.fn<Logger['warn']>();
  const log = new EventLog({ ...rig().logger, warn });
  log.write({ ...LINES['audit.failed'][0], config: '' }, undefined);
  expect(warn.mock.calls[0]![0]).toBe('holdfast: The audit sink failed: no room');
});

test('write() says the name of the config once, whatever is in it', () => {
  const error = vi.fn<Logger['error']>();
  const log = new EventLog({ ...rig().logger, error });
  const failed = new HoldfastError('LISTENER_FAILED', 'Config "a\\"b": a listener failed');
  log.write({ ...LINES['listener.failed'][0], config: 'a"b', error: failed }, undefined);
  expect(error.mock.calls[0]![0]).toBe('holdfast: config "a\\"b": a listener failed');
});

test('write() lists five paths of an override', () => {
  const { lines, log } = rig();
  const [event] = LINES['override.set'];
  const paths = ['a', 'b', 'c', 'd', 'e', 'f'];
  log.write({ ...event, paths, expiresAt: undefined });
  expect(lines).toEqual(['info: override o1 of a, b, c, d, e and 1 more by ann: looking closer']);
});

test('write() lists five paths of a change, and none of the first version', () => {
  const { lines, log } = rig();
  const [event] = LINES['config.changed'];
  const changes = Array.from({ length: 7 }, (_, i) => ({
    path: ['hosts', i],
    kind: 'added' as const,
    after: 1,
  }));
  log.write({ ...event, changes });
  log.write({ ...event, changes, version: 1 });
  expect(lines).toEqual([
    'info: version 3 is in force (push): added hosts.0, added hosts.1, added hosts.2, added hosts.3, added hosts.4 and 2 more',
    'info: version 1 is in force (push)',
  ]);
});

test('write() warns of a refusal once per kind within an hour, though the config recovered', () => {
  const { lines, log } = rig();
  const [first] = LINES['document.refused'];
  const other = { ...first, error: new HoldfastError('DECODE_FAILED', 'is not valid JSON') };
  const recovered = {
    type: 'status.changed',
    config: 'app',
    at: 0,
    state: 'fresh',
    previous: 'stale',
  } as const;
  for (const event of [first, first, first, other, recovered, first]) log.write(event);
  log.write({ ...first, at: 3_600_001 });
  log.write({ ...first, config: 'b' });
  expect(levelsOf(lines)).toEqual([
    'warn',
    'debug',
    'debug',
    'warn',
    'info',
    'debug',
    'warn',
    'warn',
  ]);
});

test('write() warns once of a refusal or failure that also makes a config fall back', () => {
  const { lines, log } = rig();
  const [first] = LINES['document.refused'];
  const [failed] = LINES['poll.finished'];
  const failure = failed.outcome.kind === 'failed' ? failed.outcome.error : undefined;
  const fallsBack = { type: 'status.changed', config: 'app', at: 0, state: 'fallback' } as const;
  const events: readonly HoldfastEvent[] = [
    { ...fallsBack, previous: 'fresh', error: first.error },
    first,
    { ...fallsBack, previous: 'stale', error: failure },
    failed,
  ];
  for (const event of events) log.write(event);
  expect(levelsOf(lines)).toEqual(['warn', 'debug', 'warn', 'debug']);
});

test('write() says which source of a config was polled', () => {
  const { lines, log } = rig();
  log.write({ ...LINES['poll.finished'][0], outcome: { kind: 'unchanged' } });
  expect(lines).toEqual(['debug: poll of s: unchanged after 13 ms']);
});

test('write() warns of each cause of a failure once', () => {
  const { lines, fields, log } = rig();
  const failing = (status: number) =>
    ({
      ...LINES['poll.finished'][0],
      outcome: { kind: 'failed', error: new LoadError('Cannot load x', { status }) },
    }) as const;
  for (const event of [failing(500), failing(500), failing(401)]) log.write(event);
  expect(levelsOf(lines)).toEqual(['warn', 'debug', 'warn']);
  expect(fields[0]).toEqual({ type: 'poll.finished', config: 'app', code: 'LOAD_FAILED' });
});

test('EventLog is not harmed by a logger that throws', () => {
  const { logger } = rig();
  const broken = vi.fn<() => void>(() => {
    throw new Error('disk full');
  });
  const log = new EventLog({ ...logger, warn: broken });
  expect(() => log.write(LINES['status.changed'][0], nothing)).not.toThrow();
  expect(broken).toHaveBeenCalledTimes(1);
});

test('EventLog hears out a logger that rejects', () => {
  const { logger } = rig();
  const then = vi.fn<(resolve: unknown, reject: unknown) => void>();
  // oxlint-disable-next-line unicorn/no-thenable -- the promise of an async logger, looked at
  const log = new EventLog({ ...logger, warn: () => ({ then }) as never });
  log.write(LINES['status.changed'][0], nothing);
  expect(then).toHaveBeenCalledTimes(1);
  expect(then.mock.calls[0]?.[1]).toBeTypeOf('function');
});

test('EVENT_TYPES are the events of the table in the README', () => {
  const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('\n## Events\n');
  const rows = [...table.matchAll(/^\| `([\w.]+)`/gm)].map(([, type]) => type!);
  expect(rows.toSorted()).toEqual(EVENT_TYPES.toSorted());
});

test('EVENT_TYPES has every type of event', () => {
  expect(EVENT_TYPES.toSorted()).toEqual(Object.keys(LINES).toSorted());
});

test('write() tells of a watch that is down once, and that it is back', () => {
  const { lines, log } = rig();
  const [down] = LINES['watch.changed'];
  const back = { ...down, state: 'connected', error: undefined, until: undefined } as const;
  const told: [number, HoldfastEvent][] = [
    [0, back],
    [1, { ...down, error: undefined }],
    [2, down],
    [3, down],
    [4, { ...down, config: 'other' }],
    [5, back],
    [6, back],
    // one that flaps tells no more within the hour
    [7, down],
    [8, back],
    [70, down],
  ];
  const levels = told.map(([minute, event]) => {
    log.write({ ...event, at: minute * 60_000 });
    return lines.at(-1)?.split(':')[0];
  });
  expect(levels).toEqual([
    'debug',
    'debug',
    'warn',
    'debug',
    'warn',
    'info',
    'debug',
    'debug',
    'debug',
    'warn',
  ]);
  log.write({ type: 'status.changed', config: 'app', at: 0, state: 'closed', previous: 'fresh' });
  log.write({ ...down, at: 71 * 60_000 });
  expect(lines.at(-1)).toMatch(/^warn: /);
});

test('write() tells of a second outage within the hour once it lasts for a minute, and of its end', () => {
  const { lines, log } = rig();
  const [down] = LINES['watch.changed'];
  const back = { ...down, state: 'connected', error: undefined, until: undefined } as const;
  const told: [number, HoldfastEvent][] = [
    [0, down],
    [1, back],
    [2, down],
    [2.5, down],
    [2.9, back],
    // this one stays
    [3, down],
    [3.5, down],
    [4.2, down],
    [5.2, down],
    [400, down],
    [401, back],
  ];
  for (const [minute, event] of told) log.write({ ...event, at: minute * 60_000 });
  const levels = levelsOf(lines);
  const loud = told.map(([minute], i) => [minute, levels[i]]).filter(([, at]) => at !== 'debug');
  expect(loud).toEqual([
    [0, 'warn'],
    [1, 'info'],
    [4.2, 'warn'],
    [401, 'info'],
  ]);
});

test('write() tells that a breaker opened once an hour, and of each opening that it told the end', () => {
  const { lines, log } = rig();
  const [event] = LINES['breaker.changed'];
  const minutes = [
    [0, 'open'],
    [1, 'half-open'],
    [2, 'open'],
    [3, 'closed'],
    [10, 'open'],
    [12, 'closed'],
    [70, 'open'],
    [90, 'closed'],
  ] as const;
  for (const [minute, state] of minutes) log.write({ ...event, at: minute * 60_000, state });
  expect(levelsOf(lines)).toEqual([
    'warn',
    'debug',
    'debug',
    'info',
    'debug',
    'debug',
    'warn',
    'info',
  ]);
});
