import { LoadError, type Loader } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { createTestManager, mockLoader, recordEvents, type MockLoader } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import {
  firstOf,
  type FirstOfOptions,
  type FirstOfSrvOptions,
  type SrvTarget,
} from './first-of.ts';

const everyMinute = { intervalMs: 60_000, strategy: 'fixed', minIntervalMs: 1_000 } as const;

/** A config over `loader`, and what moves its time. */
function scene(make: (a: MockLoader, b: MockLoader) => Loader, deadlineMs = 10_000) {
  const a = mockLoader({ name: 'mirror a', key: 'a', value: { from: 'a' }, watch: true });
  const b = mockLoader({ name: 'mirror b', key: 'b', value: { from: 'b' }, watch: true });
  const { manager, clock } = createTestManager();
  const record = recordEvents(manager);
  const polling = { ...everyMinute, deadlineMs };
  const app = manager.register<{ from: string }>('app', {
    loader: make(a, b),
    polling,
    maxRemoved: 1,
    updates: { max: 1_000 },
  });
  const refresh = async (ms = 0) => {
    const outcome = app.refresh();
    await clock.advance(ms);
    return outcome;
  };
  const [endpoints, loads] = [[a, b], () => [a.loads, b.loads]];
  return { a, b, app, clock, manager, record, refresh, endpoints, loads };
}

const options: FirstOfOptions = { returnAfterMs: 300_000, random: () => 0 };
const both = (a: Loader, b: Loader): Loader => firstOf([a, b], options);

describe('firstOf()', () => {
  test('asks the first alone while it works', async () => {
    const { app, refresh, loads, manager } = scene(both);
    for (let n = 0; n < 3; n += 1) await refresh();
    expect([app.current.from, ...loads()]).toEqual(['a', 3, 0]);
    await manager.close();
  });

  test('asks the next one within the same load, stays with it, and returns to the first', async () => {
    const { a, app, clock, loads, manager } = scene(both);
    await clock.advance(0);
    a.fail();
    await clock.advance(70_000);
    expect(app.current.from).toBe('b');
    expect(app.status).toMatchObject({ state: 'fresh', lastFailure: undefined });
    const [asked] = loads();
    await clock.advance(170_000); // well again, and not asked: it rests
    expect([app.current.from, loads()[0]]).toEqual(['b', asked]);
    await clock.advance(200_000);
    expect(app.current.from).toBe('a');
    await manager.close();
  });

  test('does not flap: an endpoint that fails at every other load is left alone for longer and longer', async () => {
    const { a, app, clock, record, manager } = scene((one, two) =>
      firstOf([one, two], { returnAfterMs: 60_000, random: () => 0 }),
    );
    let last = -1;
    manager.on('poll.started', () => {
      if (a.loads !== last && a.loads % 2 === 1) a.fail();
      last = a.loads;
    });
    await clock.advance(4 * 3_600_000);
    expect(record.of('poll.finished').length).toBeGreaterThan(200);
    expect(record.of('config.changed').length).toBeLessThan(40);
    expect(app.status.state).toBe('fresh');
    await manager.close();
  });

  test('sends no validator to another endpoint, and each one its own again', async () => {
    const { a, b, refresh, manager } = scene(both);
    await refresh();
    a.fail();
    await refresh();
    expect(b.asked.map(({ known }) => known)).toEqual([undefined]);
    await refresh();
    // as the loader gave it, byte for byte
    expect(b.asked[1]!.known).toMatchObject({ origin: 'mock:b' });
    expect((await refresh()).kind).toBe('unchanged');
    expect(a.asked.slice(1).map(({ known }) => known?.origin)).toEqual(['mock:a']);
    await manager.close();
  });

  test('loaders of one key are still told apart', async () => {
    const [one, two] = [mockLoader({ value: { n: 1 } }), mockLoader({ value: { n: 1 } })];
    const { manager, clock } = createTestManager();
    const app = manager.register('app', { loader: firstOf([one, two]), polling: everyMinute });
    await clock.advance(0);
    one.fail();
    const outcome = app.refresh();
    await clock.advance(0);
    expect((await outcome).kind).toBe('unchanged'); // by its content
    expect(two.asked[0]!.known).toBeUndefined();
    await manager.close();
  });

  test.each([10_000, 2_000])(
    'gives each endpoint its share of the deadline of %i ms',
    async (deadlineMs) => {
      const { a, app, refresh, manager } = scene(both, deadlineMs);
      a.delay(3_600_000);
      const outcome = await refresh(deadlineMs * 0.45);
      expect([outcome.kind, app.current.from]).toEqual(['accepted', 'b']);
      await manager.close();
    },
  );

  test('gives what one endpoint leaves of its share to the others', async () => {
    const { a, b, refresh, app, manager } = scene(both);
    a.fail(Infinity);
    b.delay(8_900);
    expect([(await refresh(9_000)).kind, app.current.from]).toEqual(['accepted', 'b']);
    await manager.close();
  });

  test('names every endpoint and why it failed, before the deadline of the engine', async () => {
    const { a, b, refresh, manager } = scene(both);
    a.fail(
      Infinity,
      new LoadError('Cannot load mirror a: status 503 of a.test:443', { status: 503 }),
    );
    b.delay(3_600_000);
    const outcome = await refresh(9_100);
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'LOAD_FAILED' } });
    expect((outcome as { error: Error }).error.message).toBe(
      'Cannot load first of mirror a, mirror b: mirror a: status 503 of a.test:443; ' +
        'mirror b: no whole answer within 9000 ms, its share of the deadline',
    );
    await manager.close();
  });

  test.each([
    ['slow', 'slow', 'slow'],
    ['slow', 'backoff', 'backoff'],
  ] as const)('waits after %s and %s as after %s', async (first, second, retry) => {
    const loaders = [first, second].map((each, i) => {
      const mock = mockLoader({ key: `${i}` });
      mock.fail(Infinity, new LoadError('x', { retry: each, retryAfterMs: 1_000 * (i + 1) }));
      return mock;
    });
    const { manager, clock } = createTestManager();
    const app = manager.register('app', { loader: firstOf(loaders), polling: everyMinute });
    const outcome = app.refresh();
    await clock.advance(0);
    expect(await outcome).toMatchObject({ error: { retry, retryAfterMs: 1_000 } });
    await manager.close();
  });

  test('asks an endpoint once more whose idle connection had died, and does not leave it', async () => {
    const { a, refresh, loads, manager } = scene(both);
    await refresh();
    a.fail(1, new LoadError('connection lost', { retry: 'now', failure: 'connect' }));
    expect((await refresh()).kind).toBe('unchanged');
    expect(loads()).toEqual([3, 0]);
    a.fail(2, new LoadError('connection lost', { retry: 'now', failure: 'connect' }));
    await refresh();
    expect(loads()).toEqual([5, 1]);
    await manager.close();
  });

  test('an endpoint that is asked once more has what it left of its share', async () => {
    let asked = 0;
    const { app, refresh, manager } = scene((a, b) => {
      const load: Loader['load'] = async ({ signal, time }) => {
        asked += 1;
        await time.sleep(asked === 1 ? 2_000 : 3_600_000, signal);
        throw new LoadError('connection lost', { retry: 'now', failure: 'connect' });
      };
      return both({ ...a, load }, b);
    });
    const outcome = await refresh(4_500);
    expect([outcome.kind, app.current.from, asked]).toEqual(['accepted', 'b', 2]);
    await manager.close();
  });

  test('is absent only where every endpoint says so', async () => {
    const { a, b, app, refresh, loads, manager } = scene(both);
    a.absent();
    await refresh();
    expect([app.current.from, ...loads()]).toEqual(['b', 1, 1]);
    b.fail();
    expect(await refresh()).toMatchObject({
      error: {
        failure: 'other',
        message: expect.stringContaining('mirror a: there is no such document'),
      },
    });
    b.absent();
    expect(await refresh()).toMatchObject({ kind: 'failed', error: { failure: 'absent' } });
    await manager.close();
  });

  test('an answer "unchanged" to who was told of no document is a failure of that endpoint', async () => {
    const { a, b, app, refresh, manager } = scene(both);
    await refresh();
    a.fail();
    b.unchanged(1);
    expect(await refresh()).toMatchObject({
      kind: 'failed',
      error: { message: expect.stringContaining('mirror b: it says "unchanged"') },
    });
    expect(app.current.from).toBe('a');
    await manager.close();
  });

  test('decodes a document by the loader that gave it, also when it comes from the cache', async () => {
    const decoding = (name: string): Loader => ({
      ...mockLoader({ name, key: name, value: new TextEncoder().encode('x') }),
      decode: () => ({ by: name }),
    });
    const [one, two] = [decoding('one'), decoding('two')];
    const broken = { ...one, load: () => Promise.reject(new LoadError('down')) };
    const { time, limits, signal } = request();
    const loaded = await firstOf([broken, two]).load({ time, limits, signal });
    if (loaded.kind !== 'loaded') throw new Error('not loaded');
    expect(await firstOf([one, two]).decode!(JSON.parse(JSON.stringify(loaded)), limits)).toEqual({
      by: 'two',
    });
    expect(await firstOf([one, two]).decode!({ raw: loaded.raw }, limits)).toEqual({ by: 'one' });
  });

  test('decodes a document of the cache by the loader that gave it, whose validator was young then', async () => {
    const cache = memoryCache({});
    const process = () => {
      const [one, two] = [mockLoader({ name: 'one' }), mockLoader({ name: 'two' })];
      two.next(new TextEncoder().encode('x'), { hints: { young: true } });
      one.fail(Infinity);
      const loader = firstOf([one, { ...two, decode: () => ({ by: 'two' }) }]);
      const { manager, clock } = createTestManager({ cache });
      return { two, manager, clock, app: manager.register('app', { loader }) };
    };
    const before = process();
    await before.clock.advance(0);
    await before.manager.close();
    const { two, app, clock, manager } = process();
    two.fail(Infinity);
    await clock.advance(0);
    expect(app.current).toEqual({ by: 'two' });
    two.heal();
    await app.refresh();
    expect(two.asked.at(-1)!.known).toBeUndefined();
    await manager.close();
  });

  test('watches whoever is asked first, and another one when that serves', async () => {
    const { a, b, app, clock, refresh, manager } = scene(both);
    a.connect();
    b.connect();
    await clock.advance(0);
    expect([a.watching, b.watching]).toEqual([1, 0]);
    a.fail();
    await refresh();
    await clock.advance(2_000); // the engine begins another watch after a backoff
    expect([a.watching, b.watching]).toEqual([0, 1]);
    b.push({ from: 'b, pushed' });
    await clock.advance(0);
    expect(app.current.from).toBe('b, pushed');
    await clock.advance(400_000);
    await refresh();
    await clock.advance(2_000);
    expect([a.watching, b.watching, app.current.from]).toEqual([1, 0, 'a']);
    await manager.close();
  });

  test('closes all of them', async () => {
    const { a, b, refresh, manager } = scene(both);
    await refresh();
    await manager.close();
    expect([a.closes, b.closes]).toEqual([1, 1]);
  });

  test('an abort ends the load under way, and blames no endpoint', async () => {
    const { a, b } = scene(both);
    a.delay(3_600_000);
    const loader = both(a, b);
    const controller = new AbortController();
    const loading = loader.load({ ...request(), signal: controller.signal });
    const reason = new Error('closed');
    controller.abort(reason);
    await expect(loading).rejects.toBe(reason);
    a.heal();
    await loader.load(request());
    expect(b.loads).toBe(0);
  });

  test('has a name and a key of all of them, or its own', () => {
    const long = Array.from({ length: 50 }, (_, i) => mockLoader({ name: `mirror ${i}` }));
    expect(firstOf(long).name).toHaveLength(200);
    expect(firstOf(long, { name: 'mirrors', key: 'app.json' })).toMatchObject({
      name: 'mirrors',
      key: 'app.json',
    });
    const warned = { ...mockLoader(), warnings: ['careful'] };
    expect(firstOf([warned, warned]).warnings).toEqual(['careful']);
  });

  test.each<[unknown, unknown, string]>([
    [
      [],
      {},
      '"options" of firstOf() as it must be a list of at least one loader, or { srv, loader }: current value is an empty list',
    ],
    [
      mockLoader(),
      mockLoader(),
      '"options" of firstOf() as it must be a list of loaders, firstOf([a, b]), or { srv, loader }: current value is a loader',
    ],
    [
      undefined,
      {},
      '"options" of firstOf() as it must be a list of loaders, firstOf([a, b]), or { srv, loader }: current value is undefined',
    ],
    [
      ['https://me:hunter2@a.test/'],
      {},
      '"loaders[0]" of firstOf() as it must be an object with load(): current value is a string of 26 characters',
    ],
    [
      [mockLoader()],
      { returnAfterMs: 0 },
      '"returnAfterMs" of firstOf() as it must be a number from 1 to 86400000: current value is 0',
    ],
    [
      [mockLoader()],
      { srv: '_a._tcp.b' },
      'option "srv" of firstOf(): it is unknown; there are name, key, returnAfterMs, random',
    ],
    [
      { srv: '_a._tcp.b', loader: () => 'http://a.test' },
      {},
      '"loader()" of firstOf() as it must be an object with load(): current value is "http://a.test"',
    ],
  ])('refuses %j with %j', (loaders, given, message) => {
    expect(() => firstOf(loaders as Loader[], given as FirstOfOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message: `Cannot use ${message}` }),
    );
  });
});

function request() {
  const { signal } = new AbortController();
  const limits = { maxWireBytes: 1e6, maxBytes: 1e6, maxDepth: 64, maxKeys: 1e6 };
  const sleep = (_: number, ended: AbortSignal): Promise<void> =>
    new Promise((_resolve, reject) => {
      ended.addEventListener('abort', () => reject(ended.reason as Error));
    });
  return { signal, limits, time: { now: () => 0, monotonic: () => 0, sleep } };
}

describe('firstOf({ srv })', () => {
  const target = (name: string, priority = 1, weight = 1) => ({
    name,
    port: 443,
    priority,
    weight,
  });

  function srvScene(given: Partial<FirstOfSrvOptions> = {}) {
    const hosts = new Map<string, MockLoader>();
    const dns = {
      records: [target('a.test'), target('b.test', 2)],
      error: undefined as Error | undefined,
      asked: 0,
    };
    const loader = firstOf({
      srv: '_config._tcp.test',
      random: () => 0,
      resolveAfterMs: 300_000,
      resolve: async () => {
        dns.asked += 1;
        if (dns.error) throw dns.error;
        return dns.records;
      },
      loader: ({ host, port }) => {
        const mock =
          hosts.get(host) ??
          mockLoader({ name: `${host}:${port}`, key: 'app', value: { from: host } });
        hosts.set(host, mock);
        return mock;
      },
      ...given,
    });
    const { manager, clock } = createTestManager();
    const app = manager.register<{ from: string }>('app', {
      loader,
      polling: everyMinute,
      updates: { max: 1_000 },
    });
    const refresh = async (ms = 0) => {
      const outcome = app.refresh();
      await clock.advance(ms);
      return outcome;
    };
    return { hosts, dns, app, clock, manager, refresh, loader };
  }

  test('asks the targets by priority', async () => {
    const { app, hosts, refresh, manager, loader } = srvScene();
    await refresh();
    expect(app.current.from).toBe('a.test');
    hosts.get('a.test')!.fail();
    await refresh();
    expect(app.current.from).toBe('b.test');
    expect(loader.name).toBe('first of srv _config._tcp.test');
    await manager.close();
    expect(hosts.get('b.test')!.closes).toBe(1);
  });

  test('asks DNS again after a while, keeps what stayed, and closes what went', async () => {
    const { app, hosts, dns, refresh, clock, manager } = srvScene();
    await refresh();
    dns.records = [target('c.test'), target('b.test', 2)];
    await clock.advance(200_000);
    expect([app.current.from, dns.asked]).toEqual(['a.test', 1]);
    await clock.advance(200_000);
    expect([app.current.from, dns.asked]).toEqual(['c.test', 2]);
    await clock.advance(400_000);
    expect([hosts.get('a.test')!.closes, hosts.get('b.test')!.closes]).toEqual([1, 0]);
    await manager.close();
  });

  test('waits for no target that went, however long it takes to close', async () => {
    const { app, dns, clock, manager } = srvScene({
      loader: ({ host }) => ({
        ...mockLoader({ name: host, key: 'app', value: { from: host } }),
        close: () => (host === 'a.test' ? new Promise(() => {}) : Promise.resolve()),
      }),
    });
    await clock.advance(0);
    dns.records = [target('b.test')];
    await clock.advance(900_000);
    expect([app.current.from, app.status.lastFailure]).toEqual(['b.test', undefined]);
    await manager.close();
  });

  test('draws the order of one priority once, and stays with it while DNS says the same', async () => {
    let drawn = 0;
    const { app, dns, clock, manager } = srvScene({
      random: () => [0.1, 0.9, 0.9, 0.1][drawn++ % 4]!,
    });
    dns.records = [target('a.test', 1, 1), target('b.test', 1, 1)];
    await clock.advance(0);
    expect(app.current.from).toBe('a.test');
    await clock.advance(400_000);
    expect([app.current.from, dns.asked]).toEqual(['a.test', 2]);
    await manager.close();
  });

  test('asks DNS again at once when no endpoint gave the document', async () => {
    const { app, hosts, dns, refresh, manager } = srvScene();
    await refresh();
    for (const mock of hosts.values()) mock.fail(Infinity);
    dns.records = [target('new.test')];
    expect((await refresh()).kind).toBe('failed');
    expect((await refresh()).kind).toBe('accepted');
    expect([app.current.from, dns.asked]).toEqual(['new.test', 2]);
    await manager.close();
  });

  test('keeps the last targets while DNS fails or is silent', async () => {
    const { app, dns, clock, refresh, manager } = srvScene({ resolveAfterMs: 1 });
    await refresh();
    dns.error = Object.assign(new Error('queryERR'), { code: 'ESERVFAIL' });
    await clock.advance(200_000);
    expect(app.status).toMatchObject({ state: 'fresh', lastFailure: undefined });
    await manager.close();
    const silent = srvScene({ resolve: () => new Promise(() => {}) });
    expect(await silent.refresh(5_000)).toMatchObject({
      error: {
        message: expect.stringMatching(
          /^Cannot load srv _config._tcp.test: DNS gave no endpoint \(no whole/,
        ),
      },
    });
    await silent.manager.close();
  });

  test.each<[string, unknown, string]>([
    ['an error', Object.assign(new Error('x'), { code: 'ENOTFOUND' }), '(ENOTFOUND)'],
    ['no record', [], '(it names no host)'],
    [
      'a service that is not there',
      [{ name: '.', port: 0, priority: 0, weight: 0 }],
      '(it names no host)',
    ],
    ['nonsense', [{ host: 'a' }], '(resolve() gave an array, no records)'],
  ])('says what is wrong when DNS answers with %s', async (_, answer, why) => {
    const resolve = async (): Promise<never> => {
      if (answer instanceof Error) throw answer;
      return answer as never;
    };
    const { refresh, manager } = srvScene({ resolve });
    const outcome = await refresh();
    expect(outcome).toMatchObject({
      kind: 'failed',
      error: { code: 'LOAD_FAILED', retry: 'backoff' },
    });
    expect((outcome as { error: Error }).error.message).toContain(`DNS gave no endpoint ${why}`);
    await manager.close();
  });

  test('an odd target is an endpoint that fails, and hides none of the others', async () => {
    const make = ({ host }: SrvTarget) => {
      if (host === 'a.test') throw new Error('odd host');
      return mockLoader({ name: host, key: 'app', value: { from: host } });
    };
    const { app, dns, refresh, manager } = srvScene({ loader: make });
    expect((await refresh()).kind).toBe('accepted');
    expect(app.current.from).toBe('b.test');
    await manager.close();
    const alone = srvScene({ loader: make });
    alone.dns.records = [dns.records[0]!];
    const message = 'Cannot load first of srv _config._tcp.test: a.test:443: odd host';
    for (const _ of 'twice') expect(await alone.refresh()).toMatchObject({ error: { message } });
    await alone.manager.close();
  });

  test('its key tells the document, not the hosts', () => {
    expect(srvScene().loader.key).toBe('["first of srv","_config._tcp.test","app"]');
  });
});
