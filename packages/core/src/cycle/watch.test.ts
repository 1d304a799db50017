import { type MockLoader, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { LoadError } from '../errors.ts';
import type { Loader, WatchRequest } from '../ports/loader.ts';
import { createContext } from './context.fixture.ts';
import { type LoaderUser, Watches } from './watch.ts';

const limits = { maxWireBytes: 1, maxBytes: 1, maxDepth: 1, maxKeys: 1 };

interface User extends LoaderUser {
  /** What it was told. */
  readonly told: string[];
  /** When it was told that the watch begins again. */
  readonly until: number[];
}

function userOf(config: string): User {
  const told: string[] = [];
  const until: number[] = [];
  return {
    limits,
    told,
    until,
    known: () => ({ origin: config }),
    connected: () => void told.push('connected'),
    disconnected: (at, error) => {
      told.push(error ? `down: ${error.message}` : 'disconnected');
      until.push(at);
    },
    changed: () => void told.push('changed'),
    offered: ({ raw }) => void told.push(`offered ${JSON.stringify(raw)}`),
  };
}

async function rig() {
  const context = createContext();
  const watches = await context.watches();
  return { ...context, watches, loader: mockLoader({ watch: true }) };
}

/** A loader that lets the test play each connection. */
function played(): Loader & { requests: WatchRequest[]; end: ((error?: Error) => void)[] } {
  const requests: WatchRequest[] = [];
  const end: ((error?: Error) => void)[] = [];
  const watch = (request: WatchRequest): Promise<void> => {
    requests.push(request);
    return new Promise((resolve, reject) => {
      end.push((error) => (error ? reject(error) : resolve()));
    });
  };
  return { ...mockLoader(), watch, requests, end };
}

test('Watches tells its user of a connection, of changes and of what is offered', async () => {
  const { watches, loader, turn } = await rig();
  const user = userOf('app');
  watches.join(loader, user);
  loader.connect();
  loader.changed();
  loader.push({ a: 1 });
  await turn();
  expect(user.told).toEqual(['connected', 'changed', 'offered {"a":1}']);
});

test('Watches runs one watch per loader, and tells all who use it', async () => {
  const { watches, loader, turn } = await rig();
  const [one, two] = [userOf('one'), userOf('two')];
  watches.join(loader, one);
  loader.connect();
  watches.join(loader, two);
  await turn();
  loader.changed();
  expect(loader.watches).toBe(1);
  expect(one.told).toEqual(['connected', 'changed']);
  expect(two.told).toEqual(['connected', 'changed']);
});

test('Watches ends the watch with its last user, and begins again with the next', async () => {
  const { watches, loader, clock } = await rig();
  const [one, two] = [userOf('one'), userOf('two')];
  const leaveOne = watches.join(loader, one);
  const leaveTwo = watches.join(loader, two);
  leaveOne();
  leaveOne();
  expect(loader.watching).toBe(1);
  loader.connect();
  expect([one.told, two.told]).toEqual([[], ['connected']]);
  leaveTwo();
  await clock.advance(600_000);
  expect([loader.watching, loader.watches, clock.pending]).toEqual([0, 1, 0]);
  expect(two.told).toEqual(['connected']);
  watches.join(loader, one);
  expect(loader.watching).toBe(1);
});

test('Watches gives a watch what it needs to know', async () => {
  const { watches, time } = await rig();
  const loader = played();
  const leave = watches.join(loader, userOf('one'));
  watches.join(loader, userOf('two'));
  const [request] = loader.requests;
  expect(request).toMatchObject({ limits, time });
  expect(request?.known()).toEqual({ origin: 'one' });
  leave();
  expect(request?.known()).toEqual({ origin: 'two' });
  expect(request?.signal.aborted).toBe(false);
});

/** The waits before each of the next connections, when each one ends at once. */
async function waitsOf(
  loader: MockLoader,
  clock: { advance(ms: number): Promise<void>; monotonic(): number },
) {
  const waits: number[] = [];
  let since = clock.monotonic();
  for (let seen = loader.watches; waits.length < 8; await clock.advance(250)) {
    if (loader.watches === seen) continue;
    waits.push(clock.monotonic() - since);
    since = clock.monotonic();
    seen = loader.watches;
  }
  return waits;
}

test.each([
  ['fails', new Error('reset'), 'down: reset'],
  ['ends cleanly', undefined, 'disconnected'],
])(
  'Watches begins again with backoff, up to a minute, when a watch %s',
  async (_, error, ended) => {
    const { watches, loader, clock } = await rig();
    const user = userOf('app');
    watches.join(loader, user);
    loader.connect();
    loader.disconnect(error, 9);
    await clock.advance(0);
    // with chance one half: half way between half a second and 1 s times 2^level
    expect(await waitsOf(loader, clock)).toEqual([
      1_250, 2_250, 4_250, 8_250, 16_250, 30_250, 30_250, 30_250,
    ]);
    expect(user.told.slice(0, 2)).toEqual(['connected', ended]);
  },
);

test.each([
  ['what somebody has to mend', { retry: 'slow' }, 285_000],
  ['an answer that says when', { retryAfterMs: 120_000 }, 126_000],
  ['one that says much later', { retryAfterMs: 86_400_000 }, 285_000],
  ['one that says sooner than the backoff', { retryAfterMs: 10 }, 1_250],
] as const)('Watches waits after %s: %o', async (_, context, waitMs) => {
  const { watches, loader, clock } = await rig();
  const { until, ...user } = userOf('app');
  watches.join(loader, user);
  loader.disconnect(new LoadError('not now', context));
  await clock.advance(0);
  expect(until[0]! - clock.now()).toBe(waitMs);
  await clock.advance(waitMs - 1);
  expect(loader.watches).toBe(1);
  await clock.advance(1);
  expect(loader.watches).toBe(2);
});

test('Watches begins again at different times where chance differs: a fleet that lost its server parts', async () => {
  const context = createContext();
  const chances = [0, 0.9];
  const watches = new Watches({ ...context, random: () => chances.shift()! });
  const users = [userOf('one'), userOf('two')];
  const loaders = users.map(() => played());
  loaders.forEach((loader, n) => watches.join(loader, users[n]!));
  const from = context.clock.now();
  for (const loader of loaders) loader.end[0]!(new Error('reset'));
  await context.turn();
  // from half a second to 1 s times 2^level
  expect(users.map(({ until }) => until)).toEqual([[from + 500], [from + 1_850]]);
  await context.clock.advance(500);
  expect(loaders.map(({ requests }) => requests.length)).toEqual([2, 1]);
  await context.clock.advance(1_350);
  expect(loaders.map(({ requests }) => requests.length)).toEqual([2, 2]);
});

test('Watches tells when a watch that failed begins again, and forgets the backoff when a connection stood for long', async () => {
  const { watches, clock } = await rig();
  const loader = played();
  const user = userOf('app');
  watches.join(loader, user);
  loader.end[0]!(new Error('reset'));
  const from = clock.now();
  await clock.advance(2_000);
  expect([user.told, user.until]).toEqual([['down: reset'], [from + 1_250]]);
  loader.end[1]!();
  await clock.advance(2_249);
  expect(loader.requests).toHaveLength(2);
  await clock.advance(1);
  expect(loader.requests).toHaveLength(3);
  loader.requests[2]!.connected();
  await clock.advance(120_001);
  loader.end[2]!();
  await clock.advance(1_250);
  expect(loader.requests).toHaveLength(4);
});

test('Watches tells of a watch() that throws at once, and goes on', async () => {
  const { watches, clock } = await rig();
  const watch = () => {
    throw new Error('no such method at ws://me:hunter2@a.test/');
  };
  const user = userOf('app');
  watches.join({ ...mockLoader(), watch }, user);
  await clock.advance(2_000);
  expect(user.told).toEqual(Array(2).fill('down: no such method at ws://[hidden]@a.test/'));
});

test('Watches hears pokes between two connections, and nothing else of one that ended', async () => {
  const { watches, turn } = await rig();
  const loader = played();
  const [one, two] = [userOf('one'), userOf('two')];
  watches.join(loader, one);
  const [request] = loader.requests;
  request?.connected();
  loader.end[0]!();
  await turn();
  request?.connected();
  request?.changed();
  request?.offer({ raw: 1 });
  watches.join(loader, two);
  expect(one.told).toEqual(['connected', 'disconnected', 'changed']);
  expect(two.told).toEqual([]);
});

test('Watches hears nothing of a watch whose last user left', async () => {
  const { watches, clock } = await rig();
  const loader = played();
  const user = userOf('app');
  const leave = watches.join(loader, user);
  leave();
  const [request] = loader.requests;
  expect(request?.signal.aborted).toBe(true);
  request?.connected();
  request?.changed();
  loader.end[0]!(new Error('aborted'));
  await clock.advance(60_000);
  expect([user.told, loader.requests.length]).toEqual([[], 1]);
});

test('Watches leaves no timer behind when its last user leaves while it waits', async () => {
  const { watches, turn, clock } = await rig();
  const loader = played();
  const leave = watches.join(loader, userOf('app'));
  loader.end[0]!();
  await turn();
  expect(clock.pending).toBe(1);
  leave();
  expect(clock.pending).toBe(0);
});

test('Watches lets a user that joins while it waits wait as well', async () => {
  const { watches, turn, clock } = await rig();
  const loader = played();
  watches.join(loader, userOf('one'));
  loader.end[0]!();
  await turn();
  watches.join(loader, userOf('two'));
  expect(loader.requests).toHaveLength(1);
  await clock.advance(1_250);
  expect(loader.requests).toHaveLength(2);
});
