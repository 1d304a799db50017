import { EventEmitter, once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { afterEach, beforeAll, expect, expectTypeOf, test, vi } from 'vitest';
import { z } from 'zod';
import { preload } from './preload.ts';
import { createScope } from './scope.ts';

beforeAll(preload);
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const schema = z.object({
  name: z.string(),
  limit: z.int().max(1_000),
  tenants: z.record(
    z.string(),
    z.object({ name: z.string().optional(), limit: z.int().optional() }),
  ),
});
const first = {
  name: 'plain',
  limit: 10,
  tenants: { acme: { name: 'Acme', limit: 100 }, bolt: { limit: 50 }, greedy: { limit: 5_000 } },
};

async function scene() {
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: first });
  const app = manager.register('app', { loader, schema });
  await clock.advance(0);
  const serve = async (document: typeof first) => {
    loader.next(document);
    const refreshed = app.refresh();
    await clock.advance(0);
    await refreshed;
  };
  return { manager, clock, app, serve };
}

/** Tenants as the document has them. */
async function tenantScene() {
  const made = await scene();
  const scope = createScope(made.app, {
    overrides: ({ tenant }: { tenant: string }, { tenants }) => tenants[tenant],
  });
  return { ...made, scope };
}

test('createScope() gives each run the config with its overrides, and outside of runs the plain one', async () => {
  const { app, scope } = await tenantScene();
  const inside = scope.run({ tenant: 'acme' }, () => scope.current);
  expect(inside).toEqual({ ...first, name: 'Acme', limit: 100 });
  expect(inside.tenants).toBe(app.current.tenants);
  expect(scope.run({ tenant: 'unknown' }, () => scope.current)).toBe(app.current);
  expect(scope.current).toBe(app.current);
  expect(scope.view()).toBe(app);
});

test('createScope() without a function takes the overrides themselves', async () => {
  const { app } = await scene();
  const scope = createScope(app);
  expect(scope.run({ limit: 7 }, () => scope.current.limit)).toBe(7);
  expectTypeOf(scope.current).toEqualTypeOf<typeof app.current>();
  // @ts-expect-error -- there is no such key
  scope.run({ limitt: 7 }, () => {});
});

test('a scope takes the type of its runs from the function', async () => {
  const { scope } = await tenantScene();
  // @ts-expect-error -- the function asks for a tenant
  expect(() => scope.run({ tennant: 'acme' }, () => {})).not.toThrow();
  expectTypeOf(scope.run({ tenant: 'acme' }, async () => 5)).resolves.toBeNumber();
});

test('runs within runs lay their overrides over each other', async () => {
  const { scope } = await tenantScene();
  const seen = scope.run({ tenant: 'acme' }, () => {
    const inner = scope.run({ tenant: 'bolt' }, () => scope.current);
    return [inner, scope.current].map(({ name, limit }) => [name, limit]);
  });
  expect(seen).toEqual([
    ['Acme', 50],
    ['Acme', 100],
  ]);
});

test('a run is kept across await, timers and the emitters that it starts', async () => {
  const { scope } = await tenantScene();
  const seen: number[] = [];
  const look = () => void seen.push(scope.current.limit);
  await scope.run({ tenant: 'acme' }, async () => {
    await Promise.resolve();
    look();
    await setImmediate();
    look();
    queueMicrotask(look);
    await setTimeout(1);
    const emitter = new EventEmitter();
    emitter.on('event', look);
    emitter.emit('event');
    await Promise.all([
      once(emitter, 'later').then(look),
      setImmediate().then(() => emitter.emit('later')),
    ]);
  });
  look();
  expect(seen).toEqual([100, 100, 100, 100, 100, 10]);
});

test('bind() keeps the run for what is called from elsewhere', async () => {
  const { scope } = await tenantScene();
  const pool = new EventEmitter();
  const seen: unknown[] = [];
  scope.run({ tenant: 'acme' }, () => {
    pool.on('free', () => seen.push(scope.current.limit));
    pool.on(
      'free',
      scope.bind((what: string) => seen.push([what, scope.current.limit])),
    );
  });
  pool.emit('free', 'connection');
  scope.run({ tenant: 'bolt' }, () => pool.emit('free', 'again'));
  expect(seen).toEqual([10, ['connection', 100], 50, ['again', 100]]);
});

test('a run follows the documents, and its view tells of what changes for it', async () => {
  const { scope, serve } = await tenantScene();
  const heard: unknown[] = [];
  const acme = scope.run({ tenant: 'acme' }, () => scope.view());
  acme.select('limit').onChange((limit) => heard.push(limit));
  acme.onChange(({ name, limit }) => heard.push([name, limit]));
  await serve({ ...first, limit: 11 });
  expect(heard).toEqual([]);
  await serve({ ...first, tenants: {} as never });
  expect([acme.current.limit, heard]).toEqual([100, [['Acme', 100]]]);
  expect(scope.run({ tenant: 'acme' }, () => scope.current.limit)).toBe(10);
});

test('run() throws what is wrong with the overrides, and does not call the work', async () => {
  const { app } = await scene();
  const thrown = new RangeError('no such tenant');
  const wrong = {
    throws: () => {
      throw thrown;
    },
    waits: async () => ({}),
    refused: () => ({ limit: 5_000 }),
  };
  const work = vi.fn<() => void>();
  const scope = createScope(app, {
    overrides: (kind: keyof typeof wrong) => wrong[kind]() as { limit: number },
  });
  expect(() => scope.run('throws', work)).toThrow(
    expect.objectContaining({
      code: 'LISTENER_FAILED',
      message: 'The overrides of a scope of config "app" failed: no such tenant',
      cause: thrown,
    }),
  );
  expect(() => scope.run('waits', work)).toThrow(
    'failed: they must be given at once, not by a promise',
  );
  expect(() => scope.run('refused', work)).toThrow(
    'Config "app" with overrides of limit does not fit',
  );
  expect(work).not.toHaveBeenCalled();
  expect(scope.current).toBe(app.current);
});

test('run() throws what the work throws, and the run ends', async () => {
  const { app, scope } = await tenantScene();
  const fails = () => {
    throw new Error('of the handler');
  };
  expect(() => scope.run({ tenant: 'acme' }, fails)).toThrow('of the handler');
  expect(scope.current).toBe(app.current);
});

test('run() before there is a value throws NO_VALUE where the overrides come from the config', () => {
  const { manager } = createTestManager();
  const app = manager.register('app', { loader: mockLoader(), schema });
  const scope = createScope(app, { overrides: (_: string, { tenants }) => tenants['acme'] });
  expect(() => scope.run('acme', () => 5)).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
});

test('createScope() refuses what is no config, wrong options, and a runtime that cannot', async () => {
  const { app } = await scene();
  const refusal = (message: string) =>
    expect.objectContaining({ code: 'INVALID_OPTIONS', message });
  expect(() => createScope({} as never)).toThrow(
    refusal(
      'Cannot use "config" of createScope() as it must be an object with with(): current value is an object',
    ),
  );
  expect(() => createScope(app, { overrides: 5 as never })).toThrow(
    'Cannot use "overrides" of createScope()',
  );
  // the process itself is needed meanwhile, by Node and by the runner
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
  expect(() => createScope(app)).toThrow(
    refusal('Cannot use createScope() here: this runtime has no AsyncLocalStorage'),
  );
});

test('createScope() takes the global AsyncLocalStorage of runtimes that have no other', async () => {
  const { app } = await scene();
  const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
  vi.stubGlobal('AsyncLocalStorage', AsyncLocalStorage);
  const scope = createScope(app);
  expect(scope.run({ limit: 7 }, () => scope.current.limit)).toBe(7);
});

/** Asks with a connection of its own. */
async function ask(server: Server, tenant: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const request = get({ port, host: '127.0.0.1', headers: { 'x-tenant': tenant }, agent: false });
  const [response] = (await once(request, 'response')) as [AsyncIterable<Uint8Array>];
  return text(response);
}

test('a hundred parallel requests over HTTP each see their own tenant', async () => {
  const { app } = await scene();
  const scope = createScope(app, { overrides: (name: string) => ({ name, limit: name.length }) });
  let arrived = 0;
  const all = new EventEmitter().setMaxListeners(0);
  const seen = () => `${scope.current.name} ${scope.current.limit}`;
  const server = createServer((request, response) => {
    void scope.run(String(request.headers['x-tenant']), async () => {
      const early = seen();
      arrived += 1;
      if (arrived === 100) all.emit('arrived');
      else await once(all, 'arrived');
      const middle = seen();
      await setImmediate();
      response.end([early, middle, seen()].join(', '));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const tenants = Array.from({ length: 100 }, (_, n) => `tenant-${n}`);
  const answers = await Promise.all(tenants.map((tenant) => ask(server, tenant)));
  server.close();
  const own = (tenant: string) => `${tenant} ${tenant.length}`;
  expect(answers).toEqual(
    tenants.map((tenant) => [own(tenant), own(tenant), own(tenant)].join(', ')),
  );
  expect(scope.current.name).toBe('plain');
});

test.each([undefined, {}, Promise.resolve()])(
  'run() and bind() refuse %s as work',
  async (work) => {
    const { app } = await scene();
    const scope = createScope(app);
    for (const call of [() => scope.run({}, work as never), () => scope.bind(work as never)]) {
      expect(call).toThrow(
        expect.objectContaining({
          code: 'INVALID_OPTIONS',
          message: expect.stringMatching(
            /"work" of (run|bind)\(\) of a scope as it must be a function/,
          ),
        }),
      );
    }
  },
);
