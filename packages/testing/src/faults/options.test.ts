import { inspect } from 'node:util';
import { type ConfigHandle, type Loader, createConfigManager } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { fetchLoader } from '@holdfast/loaders/fetch';
import { fileCache } from '@holdfast/loaders/file-cache';
import { functionLoader } from '@holdfast/loaders/function';
import { hashed } from '@holdfast/loaders/hashed';
import { httpLoader } from '@holdfast/loaders/http';
import { staticLoader } from '@holdfast/loaders/static';
import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import { expect, test } from 'vitest';

const password = 'hunter2';
const object = { password };
const notNumbers = [null, true, '60_000', NaN, object, [5], () => 5];
const notObjects = [null, true, 5, 'text', [object]];
const notTexts = [null, true, 5, '', object, [password]];
const notFunctions = [null, true, 5, 'text', object];
const notMethods = [null, true, 5, 'text', {}, { read: 5, write: 5, load: 5 }];
const notWaits = [...notNumbers, 0, -1, Infinity, 2 ** 31];
const notCounts = [...notNumbers, 0, -1, 1.5, Infinity];

/** Calls something with `value` for one option, everything else being right. */
type Use = (value: never) => unknown;

const loader = (): Loader => mockLoader({ value: {} });
const register = (options: object, name: unknown = 'app'): unknown =>
  createTestManager().manager.register(name as string, { loader: loader(), ...options });
const manager = (options: object): unknown => createConfigManager(options);
const url = 'https://config.example/app.json';

/** A handle whose loader is never asked. */
function handle(): ConfigHandle<Record<string, unknown>> {
  const app = createTestManager().manager.register<Record<string, unknown>>('app', {
    loader: loader(),
    defaults: { a: 1 },
  });
  app.pause();
  return app;
}

/** Option, how it is used, and values that it does not take. */
const WRONG: readonly [string, Use, readonly unknown[]][] = [
  ['cache', (cache) => manager({ cache }), notMethods],
  ['environment', (environment) => manager({ environment }), [null, true, 5, object]],
  ['logger', (logger) => manager({ logger }), notMethods],
  ['maxConcurrentPolls', (value) => manager({ maxConcurrentPolls: value }), notCounts],
  ['breaker', (breaker) => manager({ breaker }), [null, true, 5, 'text']],
  ['breaker.failures', (failures) => manager({ breaker: { failures } }), notCounts],
  ['clock', (clock) => manager({ clock }), notMethods],
  ['random', (random) => manager({ random }), notFunctions],
  ['options', (options) => createConfigManager(options), notObjects],
  ['name', (name) => register({}, name), notTexts],
  ['loader', (value) => register({ loader: value }), notMethods],
  ['schema', (schema) => register({ schema }), [...notObjects, object, () => 5]],
  ['defaults', (defaults) => register({ defaults }), [NaN, () => 5, new Date(), { a: 1n }]],
  ['polling', (polling) => register({ polling }), notObjects],
  ['polling.strategy', (strategy) => register({ polling: { strategy } }), notFunctions],
  ['polling.intervalMs', (intervalMs) => register({ polling: { intervalMs } }), notWaits],
  ['polling.minIntervalMs', (minIntervalMs) => register({ polling: { minIntervalMs } }), notWaits],
  ['polling.maxIntervalMs', (maxIntervalMs) => register({ polling: { maxIntervalMs } }), notWaits],
  ['polling.deadlineMs', (deadlineMs) => register({ polling: { deadlineMs } }), notWaits],
  ['polling.revalidateMs', (revalidateMs) => register({ polling: { revalidateMs } }), notWaits],
  ['polling.backoff', (backoff) => register({ polling: { backoff } }), notObjects],
  ['polling.backoff.maxMs', (maxMs) => register({ polling: { backoff: { maxMs } } }), notWaits],
  ['updates', (updates) => register({ updates }), [null, true, 5, 'text', [object]]],
  ['updates.max', (max) => register({ updates: { max } }), notCounts],
  ['updates.windowMs', (windowMs) => register({ updates: { windowMs } }), notWaits],
  ['limits', (limits) => register({ limits }), notObjects],
  ['limits.maxWireBytes', (maxWireBytes) => register({ limits: { maxWireBytes } }), notCounts],
  ['limits.maxBytes', (maxBytes) => register({ limits: { maxBytes } }), notCounts],
  ['limits.maxDepth', (maxDepth) => register({ limits: { maxDepth } }), [...notCounts, 100_000]],
  ['limits.maxKeys', (maxKeys) => register({ limits: { maxKeys } }), notCounts],
  ['maxRemoved', (maxRemoved) => register({ maxRemoved }), [...notNumbers, -0.1, 1.1, 50]],
  ['ignore', (ignore) => register({ ignore }), [null, 'text', object, [5], [''], [[]]]],
  ['arrayKey', (arrayKey) => register({ arrayKey }), notTexts],
  ['validateTimeoutMs', (value) => register({ validateTimeoutMs: value }), notWaits],
  ['readyTimeoutMs', (readyTimeoutMs) => register({ readyTimeoutMs }), notWaits],
  ['fallbackAfter', (fallbackAfter) => register({ fallbackAfter }), notCounts],
  ['maxStaleMs', (maxStaleMs) => register({ maxStaleMs }), [...notNumbers, 0, -1]],
  ['timeoutMs', (timeoutMs) => handle().ready({ timeoutMs }), [...notNumbers, -1, 2 ** 31]],
  ['from', (from) => handle().ready({ from }), [null, true, 5, 'cache', object]],
  ['ifOlderThanMs', (value) => handle().refresh({ ifOlderThanMs: value }), [...notNumbers, -1]],
  ['listener', (listener) => handle().onChange(listener), notFunctions],
  ['by', (by) => handle().acceptRefused({ by, reason: 'x' }), notTexts],
  ['reason', (reason) => handle().acceptRefused({ by: 'x', reason }), notTexts],
  ['type', (type) => createTestManager().manager.on(type, () => {}), [...notTexts, 'poll']],
  ['listener', (value) => createTestManager().manager.on('*', value), notFunctions],
  ['url', (value) => httpLoader({ url: value }), [...notTexts, 'x', 'ftp://x/', '/app.json']],
  ['headers', (headers) => httpLoader({ url, headers }), notObjects],
  ['headers.x-a', (value) => httpLoader({ url, headers: { 'x-a': value } }), [null, 5, 'a\nb']],
  ['bearerToken', (value) => httpLoader({ url, bearerToken: value }), [null, 5, '', 'a b', object]],
  ['redirects', (redirects) => httpLoader({ url, redirects }), [null, true, 5, 'follow']],
  ['load', (load) => functionLoader(load, { name: 'x' }), notFunctions],
  ['name', (name) => functionLoader(() => ({}), { name }), notTexts],
  ['hashed', (value) => functionLoader(() => ({}), { name: 'x', hashed: value }), [null, 5, 'no']],
  ['name', (name) => staticLoader({}, { name }), notTexts],
  ['connectTimeoutMs', (value) => httpLoader({ url, connectTimeoutMs: value }), notWaits],
  ['fetch', (fetch) => fetchLoader({ url, fetch }), notFunctions],
  ['loader', (value) => hashed(value), notMethods],
  ['loader.key', (key) => hashed({ ...loader(), key }), notTexts],
  ['clock', (clock) => fileCache({ directory: 'x', clock }), notMethods],
  ['directory', (directory) => fileCache({ directory }), notTexts],
  ['maxBytes', (maxBytes) => memoryCache({ maxBytes }), notCounts],
];

/** What a wrong use ends in, whether it throws or rejects. */
async function messageOf(use: () => unknown): Promise<string> {
  try {
    await use();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code}: ${message}`;
  }
  return 'nothing';
}

test.each(WRONG)(
  'U1 a wrong "%s" is refused: which, what it got, what is allowed',
  async (option, use, values) => {
    const messages = await Promise.all(
      values.map(
        async (value) => [show(value), await messageOf(() => use(value as never))] as const,
      ),
    );
    const right = `INVALID_OPTIONS: Cannot use "${option}`;
    const silent = messages.filter(([, message]) => !message.startsWith(right));
    expect(silent).toEqual([]);
    for (const [, message] of messages) {
      expect(message).toMatch(/ as (?:it|each) must be .+: current value is .+|it is unknown/);
      expect(message).not.toContain(password);
    }
  },
);

const show = (value: unknown): string => inspect(value, { depth: 2 });

/** A typo, how it is made, and what was meant. */
const TYPOS: readonly [string, () => unknown, string][] = [
  ['maxConcurentPolls', () => manager({ maxConcurentPolls: 5 }), 'maxConcurrentPolls'],
  ['breaker.failure', () => manager({ breaker: { failure: 5 } }), 'breaker.failures'],
  ['shema', () => register({ shema: {} }), 'schema'],
  ['default', () => register({ default: {} }), 'defaults'],
  ['polling.interval', () => register({ polling: { interval: 5 } }), 'polling.intervalMs'],
  [
    'polling.backoff.max',
    () => register({ polling: { backoff: { max: 5 } } }),
    'polling.backoff.maxMs',
  ],
  ['updates.window', () => register({ updates: { window: 5 } }), 'updates.windowMs'],
  ['limits.maxbytes', () => register({ limits: { maxbytes: 5 } }), 'limits.maxBytes'],
  ['timeout', () => handle().ready({ timeout: 5 } as never), 'timeoutMs'],
  ['ifOlderThan', () => handle().refresh({ ifOlderThan: 5 } as never), 'ifOlderThanMs'],
  ['imediate', () => handle().onChange(() => {}, { imediate: true } as never), 'immediate'],
  ['header', () => httpLoader({ url, header: {} } as never), 'headers'],
  ['key_', () => functionLoader(() => ({}), { name: 'x', key_: 'k' } as never), 'key'],
  ['nam', () => staticLoader({}, { nam: 'x' } as never), 'name'],
  ['directry', () => fileCache({ directry: 'x' } as never), 'directory'],
  ['maxByte', () => memoryCache({ maxByte: 5 } as never), 'maxBytes'],
];

test.each(TYPOS)(
  'U2 the typo "%s" is refused, and the nearest option named',
  async (typo, use, meant) => {
    const message = await messageOf(use);
    expect(message).toMatch(/^INVALID_OPTIONS: /);
    expect(message).toContain(`"${typo}"`);
    expect(message).toContain(`"${meant}"`);
  },
);

test('U2 an event that there is not is refused, and those that there are named', async () => {
  const message = await messageOf(() =>
    createTestManager().manager.on('poll.finnished' as never, () => {}),
  );
  expect(message).toMatch(/^INVALID_OPTIONS: .*"poll\.finnished"/);
  expect(message).toContain('poll.finished');
});

test.each<[string, object, string]>([
  [
    'the shortest interval above the interval',
    { intervalMs: 5_000, minIntervalMs: 6_000 },
    'polling.minIntervalMs',
  ],
  [
    'the longest interval below the interval',
    { intervalMs: 5_000, maxIntervalMs: 4_000 },
    'polling.maxIntervalMs',
  ],
  [
    'a backoff below the shortest interval',
    { minIntervalMs: 9_000, backoff: { maxMs: 8_000 } },
    'polling.backoff.maxMs',
  ],
])('U3 %s is refused', async (_, polling, option) => {
  expect(await messageOf(() => register({ polling }))).toMatch(
    new RegExp(`^INVALID_OPTIONS: .*"${option}".*must be a number from \\d+ to \\d+`),
  );
});

/** What is told at `register`; nothing is ever polled. */
async function warningsOf(options: object): Promise<{ events: string[]; lines: string[] }> {
  const lines: string[] = [];
  const quiet = (): void => {};
  const warn = (text: string) => void lines.push(text);
  const logger = { debug: quiet, info: quiet, warn, error: quiet };
  const made = createTestManager({ logger });
  const record = recordEvents(made.manager, 'config.warned');
  const app = made.manager.register('app', { loader: loader(), ...options });
  app.pause();
  await made.clock.advance(1_000);
  await made.manager.close();
  return { events: record.of('config.warned').map(({ message }) => message), lines };
}

test.each<[string, object, string]>([
  [
    'a deadline above the interval',
    { polling: { intervalMs: 5_000, deadlineMs: 6_000 } },
    'deadlineMs',
  ],
  ['a value that expires before the next poll', { maxStaleMs: 5_000 }, 'maxStaleMs'],
])('U3 %s is warned about', async (_, options, option) => {
  const { events, lines } = await warningsOf(options);
  expect(events).toHaveLength(1);
  expect(events[0]).toContain(option);
  expect(lines).toEqual([`holdfast: config "app": ${events[0]}`]);
  expect(await warningsOf({})).toEqual({ events: [], lines: [] });
});

const PLAIN = 'http://config.example/app.json';

test.each<[string, () => Loader]>([
  ['a bearer token', () => httpLoader({ url: PLAIN, bearerToken: password })],
  ['a bearer token of a function', () => httpLoader({ url: PLAIN, bearerToken: () => password })],
  [
    'a header that looks like a credential',
    () => httpLoader({ url: PLAIN, headers: { 'x-api-key': password } }),
  ],
  [
    'user-info in the URL',
    () => httpLoader({ url: `http://user:${password}@config.example/app.json` }),
  ],
  ['a token in the query', () => httpLoader({ url: `${PLAIN}?token=${password}` })],
  ['a token behind hashed()', () => hashed(httpLoader({ url: PLAIN, bearerToken: password }))],
])('U4 %s over plain http: is warned about, and not told', async (_, make) => {
  const { events, lines } = await warningsOf({ loader: make() });
  expect(events).toHaveLength(1);
  expect(events[0]).toMatch(/http:/);
  expect(lines).toEqual([`holdfast: config "app": ${events[0]}`]);
  expect(JSON.stringify([events, lines])).not.toContain(password);
});

test.each<[string, () => Loader]>([
  ['over https:', () => httpLoader({ url, bearerToken: password })],
  [
    'to this machine',
    () => httpLoader({ url: 'http://127.0.0.1:1/app.json', bearerToken: password }),
  ],
  ['that is none', () => httpLoader({ url: PLAIN, headers: { 'x-service': 'billing' } })],
])('U4 a credential %s is not warned about', async (_, make) => {
  expect(await warningsOf({ loader: make() })).toEqual({ events: [], lines: [] });
});

test.each<[string, object]>([
  ['no source at all', { loader: undefined }],
  ['an empty list of sources', { loader: undefined, sources: [] }],
  ['a loader and sources', { sources: [{ name: 'a', loader: loader() }] }],
  [
    'two sources of one name',
    {
      loader: undefined,
      sources: [
        { name: 'a', loader: loader() },
        { name: 'a', loader: loader() },
      ],
    },
  ],
  ['a source without a loader', { loader: undefined, sources: [{ name: 'a' }] }],
  ['a source without a name', { loader: undefined, sources: [{ name: '', loader: loader() }] }],
  ['a URL for a loader', { loader: url }],
  ['a function for a loader', { loader: () => ({}) }],
  ['a loader without load()', { loader: { name: 'x', key: 'x' } }],
  ['a loader without a name', { loader: { ...loader(), name: '' } }],
  ['a loader without a key', { loader: { ...loader(), key: undefined } }],
])('U5 %s is refused', async (_, options) => {
  expect(await messageOf(() => register(options))).toMatch(
    /^INVALID_OPTIONS: .*"(?:loader|sources)/,
  );
});

test('U5 a name that is taken is refused', async () => {
  const made = createTestManager();
  made.manager.register('app', { loader: loader() });
  const message = await messageOf(() => made.manager.register('app', { loader: loader() }));
  expect(message).toMatch(/^INVALID_OPTIONS: .*"app"/);
  await made.manager.close();
});
