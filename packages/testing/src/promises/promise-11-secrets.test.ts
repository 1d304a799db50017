import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { ConfigHandle, ConfigManager, Logger } from '@holdfast/core';
import { toCloudEvent } from '@holdfast/core/cloud-events';
import { observeMetrics } from '@holdfast/core/metrics';
import { fileCache } from '@holdfast/loaders/file-cache';
import { fetchLoader } from '@holdfast/loaders/fetch';
import type { FetchLoaderOptions } from '@holdfast/loaders/fetch';
import { hashed } from '@holdfast/loaders/hashed';
import { httpLoader } from '@holdfast/loaders/http';
import { createTestManager, recordEvents } from '@holdfast/testing';
import { configServer } from '@holdfast/testing/config-server';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { tempFolder } from './process.fixture.ts';
import { poll, sceneClock, settledScene, utf8 } from './scene.fixture.ts';

/** Long enough that no text holds it by chance. */
const SECRET = 'hunter2-hunter2-hunter2';
/** The forms in which it could be met. */
const FORMS = [
  SECRET,
  Buffer.from(SECRET).toString('base64'),
  Buffer.from(`me:${SECRET}`).toString('base64'),
  encodeURIComponent(SECRET),
];

/** Everything there is to see of anything, causes, stacks and hidden properties too. */
function shown(...things: unknown[]): string {
  const seen = inspect(things, {
    depth: Infinity,
    showHidden: true,
    maxStringLength: null,
    getters: true,
  });
  return `${seen}\n${JSON.stringify(things)}\n${things.map(String).join('\n')}`;
}

function expectNoSecret(text: string): void {
  expect(FORMS.filter((form) => text.includes(form))).toEqual([]);
}

/** A logger that keeps what it is told. */
function keepingLogger(): { logger: Logger; lines: unknown[] } {
  const lines: unknown[] = [];
  const keep = (...line: unknown[]) => void lines.push(line);
  return { logger: { debug: keep, info: keep, warn: keep, error: keep }, lines };
}

/** What both loaders over HTTP take. */
type Options = Omit<FetchLoaderOptions, 'fetch' | 'credentials'>;

const LOADERS: Record<string, (options: Options) => ReturnType<typeof httpLoader>> = {
  httpLoader: (options) => httpLoader({ ...options, proxyFromEnvironment: false }),
  fetchLoader,
};

const withSecret: Record<string, (url: URL) => Options> = {
  'a bearer token': (url) => ({ url, bearerToken: SECRET }),
  'a bearer token of a function': (url) => ({ url, bearerToken: async () => SECRET }),
  'a header': (url) => ({ url, headers: { 'x-api-key': SECRET } }),
  'a header of a function': (url) => ({ url, headers: { cookie: () => `session=${SECRET}` } }),
  'the user-info of the URL': (url) => {
    Object.assign(url, { username: 'me', password: SECRET });
    return { url };
  },
  'the query of the URL': (url) => {
    url.searchParams.set('key', SECRET);
    return { url: url.href };
  },
};

const cases = Object.entries(withSecret).flatMap(([what, options]) =>
  Object.entries(LOADERS).map(([name, create]) => [what, name, options, create] as const),
);

test.each(cases)(
  'promise 11: %s reaches no error, event, log line, status, metric, export, print or cache file (%s)',
  async (_, __, options, create) => {
    await using folder = await tempFolder();
    await using server = await configServer({ documents: { '/app.json': { n: 1 } } });
    const clock = sceneClock();
    const { logger, lines } = keepingLogger();
    const cache = fileCache({ directory: folder.path, clock });
    const { manager } = createTestManager({ clock, cache, logger });
    const { events } = recordEvents(manager);
    const measured = metricsOf(manager);
    const loader = create(options(new URL(server.url('/app.json'))));
    const app = manager.register('app', { loader, polling: { deadlineMs: 300 } });
    const outcomes: unknown[] = [];
    const refreshed = async (): Promise<void> => {
      outcomes.push(await clock.track(app.refresh()));
    };
    await refreshed();
    const { headers, url } = server.requests[0]!;
    expect(FORMS.some((form) => shown(headers, url).includes(form))).toBe(true); // it was sent
    await misbehave(server, refreshed);
    await server.fault('hang');
    const hung = app.refresh();
    await expect.poll(() => server.requests.at(-1)!.fault).toBe('hang');
    await clock.advance(300);
    outcomes.push(await hung);
    await server.fault('refuse');
    await refreshed();
    const texts = shown(outcomes, lines, manager.summary(), app.status);
    expectNoSecret(texts);
    expectNoSecret(shown(loader, hashed(loader), manager, app, app.source(), app.select('n')));
    await app.snapshot({ description: 'after all that' });
    const { audit } = manager;
    expectNoSecret(shown(await audit.list(), await manager.exportState(), await app.versions()));
    expectNoSecret(await measured());
    expectNoSecret(
      shown(
        events,
        events.map((event) => toCloudEvent(event, 'urn:test')),
      ),
    );
    expect(outcomes.map((outcome) => (outcome as { kind: string }).kind)).toEqual([
      'accepted',
      ...Array.from({ length: 9 }, () => 'failed'),
      'refused',
      'failed',
      'failed',
    ]);
    await manager.close();
    expectNoSecret(await allFiles(folder.path));
    expectNoSecret(await deadReady(folder.path, loader));
  },
);

type Server = Awaited<ReturnType<typeof configServer>>;

/** Everything a server can do wrong at once; it also sends back what it was sent. */
async function misbehave(server: Server, refreshed: () => Promise<void>): Promise<void> {
  const elsewhere = `http://127.0.0.1:1/login?key=${SECRET}`;
  const faults = [
    'reset',
    'cut',
    'wrong-type',
    { kind: 'bomb', bytes: 40 * 1024 * 1024 },
    { kind: 'redirect', to: elsewhere },
    { kind: 'redirect', to: `/login?key=${SECRET}` },
    { kind: 'status', status: 401, body: `no ${SECRET}`, headers: { 'x-echo': SECRET } },
    { kind: 'status', status: 500, body: `{"key":"${SECRET}"}` },
    { kind: 'status', status: 429, retryAfter: SECRET },
  ] as const;
  for (const fault of faults) {
    // a connection that dies is tried again after a poll that succeeded
    await server.fault(fault, { times: fault === 'reset' ? 2 : 1 });
    await refreshed();
  }
  server.set('/app.json', `{"key":"${SECRET}"`);
  await refreshed();
}

/** Gives all that a scraper sees. */
function metricsOf(manager: ConfigManager): () => Promise<string> {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  observeMetrics(manager, { meterProvider: new MeterProvider({ readers: [exporter] }) });
  return async () => {
    const { resourceMetrics } = await exporter.collect();
    const text = new PrometheusSerializer().serialize(resourceMetrics);
    expect(text).toContain('config_updates_total');
    return text;
  };
}

async function allFiles(directory: string): Promise<string> {
  const names = await readdir(directory);
  expect(names.length).toBeGreaterThan(0);
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  return [...names, ...texts].join('\n');
}

/** What `ready()` and `current` say when the origin is dead. */
async function deadReady(
  directory: string,
  loader: ReturnType<typeof httpLoader>,
): Promise<string> {
  const clock = sceneClock();
  const cache = fileCache({ directory: join(directory, 'none'), clock });
  const { manager } = createTestManager({ clock, cache });
  const app: ConfigHandle<unknown> = manager.register('app', { loader });
  await clock.track(app.refresh());
  const ready = app.ready().catch((error: unknown) => error);
  await clock.advance(60_000);
  const errors = [await ready];
  try {
    void app.current;
  } catch (error) {
    errors.push(error);
  }
  expect(errors).toHaveLength(2);
  await manager.close();
  return shown(errors);
}

test('promise 11: a token function that throws its token tells nobody', async () => {
  const { manager, clock } = createTestManager();
  const { events } = recordEvents(manager);
  const loader = httpLoader({
    url: 'http://127.0.0.1:1/app.json',
    bearerToken: () => Promise.reject(new Error(`401 for ${SECRET}`)),
    proxyFromEnvironment: false,
  });
  const app = manager.register('app', { loader });
  const outcome = await clock.track(app.refresh());
  expect(outcome).toMatchObject({ kind: 'failed', error: { retry: 'slow' } });
  expectNoSecret(shown(outcome, events, app.status));
});

test.each([
  ['url', { url: `ftp://me:${SECRET}@127.0.0.1/` }],
  ['url', { url: `http://127.0.0.1/?key=${SECRET}\n` }],
  ['bearerToken', { url: 'http://127.0.0.1/', bearerToken: `${SECRET}\r\nX: 1` }],
  ['headers.x-api-key', { url: 'http://127.0.0.1/', headers: { 'x-api-key': `${SECRET}\n` } }],
])('promise 11: a wrong %s is refused without being shown', (option, options) => {
  let thrown: unknown;
  try {
    httpLoader(options);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining(option) as string,
  });
  expectNoSecret(shown(thrown));
});

test.each<[string, unknown, string | object]>([
  ['JSON that breaks behind it', undefined, `{"password":"${SECRET}",}`],
  ['JSON that breaks within it', undefined, `{"password":"${SECRET}`],
  ['JSON that breaks before it', undefined, `{"a":01,"password":"${SECRET}"}`],
  ['a literal', z.object({ password: z.literal('x') }), { password: SECRET }],
  ['an enum', z.object({ password: z.enum(['a', 'b']) }), { password: SECRET }],
  ['a format', z.object({ password: z.url() }), { password: SECRET }],
  ['a length', z.object({ password: z.string().max(3) }), { password: SECRET }],
  ['a type', z.object({ password: z.number() }), { password: SECRET }],
  ['a union', z.object({ password: z.union([z.number(), z.literal('x')]) }), { password: SECRET }],
  [
    'a message that quotes it',
    z.object({
      password: z.string().refine(() => false, { error: ({ input }) => `bad: ${String(input)}` }),
    }),
    { password: SECRET },
  ],
  [
    'a message that quotes it from elsewhere',
    z.object({ password: z.string(), n: z.number() }).superRefine(({ password }, ctx) => {
      ctx.addIssue({ code: 'custom', path: ['n'], message: `bad beside ${password}` });
    }),
    { password: SECRET, n: 1 },
  ],
])(
  'promise 11: a document refused for %s is not quoted in error, event, log line or status',
  async (_, schema, bad) => {
    const { logger, lines } = keepingLogger();
    const made = await settledScene({
      manager: { logger },
      loader: { value: { password: 1 } },
      config: { schema: z.looseObject({}) },
    });
    const other = made.manager.register('other', {
      loader: made.loader,
      schema: (schema ?? z.looseObject({})) as z.ZodType,
    });
    made.loader.next(typeof bad === 'string' ? utf8(bad) : (bad as never));
    const outcome = await poll({ app: other as never, clock: made.clock });
    expect(outcome.kind).toBe('refused');
    expectNoSecret(shown((outcome as { error: Error }).error.message, other.status, lines));
  },
);
