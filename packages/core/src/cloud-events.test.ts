import { createTestManager, mockLoader } from '@holdfast/testing';
import { expect, test, vi } from 'vitest';
import { type CloudEvent, toCloudEvent } from './cloud-events.ts';
import { Secret } from './document/secret.ts';
import { HoldfastError, LoadError } from './errors.ts';
import { EVENT_TYPES, type EventType, type HoldfastEvent, type HoldfastEvents } from './events.ts';

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const held: HoldfastEvent<'document.held'> = {
  type: 'document.held',
  config: 'app',
  at,
  source: 's',
  trigger: 'poll',
  until: 7,
};

test('toCloudEvent() has every attribute that CloudEvents 1.0 requires', () => {
  const cloud = toCloudEvent(held, '/services/billing');
  expect(cloud).toEqual({
    specversion: '1.0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    source: '/services/billing',
    type: 'dev.holdfast.document.held',
    subject: 'app',
    time: '2026-01-02T03:04:05.006Z',
    datacontenttype: 'application/json',
    data: { source: 's', trigger: 'poll', until: 7 },
  });
});

test('toCloudEvent() gives every event an id of its own', () => {
  expect(toCloudEvent(held, '/x').id).not.toBe(toCloudEvent(held, '/x').id);
});

test('toCloudEvent() gives code and message of errors, at any depth, and nothing of their cause', () => {
  const cause = new Error('hunter2');
  const finished = toCloudEvent(
    {
      type: 'poll.finished',
      config: 'app',
      at,
      source: 's',
      outcome: { kind: 'failed', error: new LoadError('Cannot load', { cause, status: 503 }) },
      durationMs: 3,
      next: { at: 9, because: 'backoff' },
    },
    '/x',
  );
  expect(finished.data).toStrictEqual({
    source: 's',
    outcome: { kind: 'failed', error: { code: 'LOAD_FAILED', message: 'Cannot load' } },
    durationMs: 3,
    next: { at: 9, because: 'backoff' },
  });
  const error = new HoldfastError('CACHE_FAILED', 'no', { cause });
  const failed = toCloudEvent(
    { type: 'cache.failed', config: 'app', at, source: 's', error },
    '/x',
  );
  expect(JSON.stringify(failed)).not.toContain('hunter2');
});

test('toCloudEvent() gives what JSON can carry for every leaf a value may have', () => {
  const event: HoldfastEvent = {
    type: 'config.changed',
    config: 'app',
    at,
    version: 2,
    trigger: 'poll',
    get changes() {
      return [
        {
          path: ['url'],
          kind: 'changed' as const,
          before: new URL('https://a.example/x'),
          after: new URL('https://a.example/y'),
        },
        { path: ['big', 0], kind: 'added' as const, after: 12n },
        { path: ['list'], kind: 'removed' as const, before: [] },
      ];
    },
  };
  const carried = JSON.parse(JSON.stringify(toCloudEvent(event, '/x'))) as { data: unknown };
  expect(carried.data).toEqual({
    version: 2,
    trigger: 'poll',
    changes: [
      {
        path: ['url'],
        kind: 'changed',
        before: 'https://a.example/x',
        after: 'https://a.example/y',
      },
      { path: ['big', 0], kind: 'added', after: '12' },
      { path: ['list'], kind: 'removed', before: [] },
    ],
  });
});

test('toCloudEvent() shows no secret, of any copy of this package', async () => {
  vi.resetModules();
  const copy = await import('./document/secret.ts');
  const changes = [Secret, copy.Secret].map((Each) => ({
    path: ['token'],
    kind: 'added' as const,
    after: { inner: new Each('hunter2') },
  }));
  const event = { type: 'config.changed', config: 'app', at, version: 1, trigger: 'poll', changes };
  const { data } = toCloudEvent(event as HoldfastEvent, '/x');
  expect(data['changes']).toMatchObject([
    { after: { inner: '[secret]' } },
    { after: { inner: '[secret]' } },
  ]);
});

const secretive = new HoldfastError('SCHEMA_FAILED', 'pool.size: too big', {
  cause: new Error('hunter2'),
});
const reload = { reloadId: 'r1', trigger: 'override' } as const;
const asked = { ...reload, participant: 'pool', phase: 'apply' } as const;
const who = { by: 'ann@example.com', reason: 'an incident' } as const;

/** One event of each type. */
const EVENTS: { readonly [K in EventType]: Omit<HoldfastEvents[K], 'config' | 'at'> } = {
  'poll.started': { source: 's', trigger: 'poll' },
  'poll.finished': {
    source: 's',
    outcome: { kind: 'vetoed', error: secretive },
    durationMs: 3,
    next: { at: 9, because: 'interval' },
  },
  'config.changed': { version: 2, trigger: 'rollback', changes: [], ...who, reloadId: 'r1' },
  'document.refused': { source: 's', trigger: 'retry', error: secretive, kept: true },
  'document.held': { source: 's', trigger: 'push' },
  'reload.started': reload,
  'reload.validated': { ...reload, changeCount: 1, durationMs: 1 },
  'reload.participant.started': asked,
  'reload.participant.finished': { ...asked, durationMs: 2, error: secretive },
  'reload.completed': {
    ...reload,
    outcome: 'applied',
    version: 2,
    changeCount: 1,
    durationMs: 4,
  },
  'reload.failed': { ...reload, outcome: 'vetoed', error: secretive, durationMs: 4 },
  'reload.rolledback': { ...reload, error: secretive, version: 3 },
  'override.set': { trigger: 'override', id: 'o1', paths: ['pool.size'], ...who, expiresAt: 9 },
  'override.cleared': { trigger: 'expiry', id: 'o1', because: 'expired', ...who },
  'history.rolledback': { trigger: 'rollback', from: 3, to: 1, version: 4, ...who },
  'pin.changed': { trigger: 'operator', pinned: 'nothing', ...who },
  'config.warned': { source: 's', message: 'a token over plain http' },
  'status.changed': { state: 'stale', previous: 'fresh', error: secretive },
  'breaker.changed': { origin: 'https://a.example', state: 'open', previous: 'closed', until: 9 },
  'watch.changed': { source: 's', state: 'down', error: secretive, until: 9 },
  'cache.failed': { source: 's', error: secretive },
  'audit.failed': { error: secretive, waiting: 1, lost: 0 },
  'listener.failed': { error: secretive },
};

/** Every `error` in `value`, at any depth. */
function errorsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'error' ? [inner] : errorsIn(inner),
  );
}

test.each(EVENT_TYPES)('toCloudEvent() makes a valid CloudEvent 1.0 of %s', (type) => {
  const event = { type, config: 'app', at, ...EVENTS[type] } as HoldfastEvent;
  const sent = JSON.parse(JSON.stringify(toCloudEvent(event, '/services/billing'))) as Record<
    string,
    unknown
  >;
  const { data, ...attributes } = sent;
  // §3.1 of the specification: what is required, of which type, under which names
  for (const name of ['id', 'source', 'specversion', 'type'])
    expect([name, attributes[name]]).toEqual([name, expect.stringMatching(/^\S+$/)]);
  expect(attributes['specversion']).toBe('1.0');
  expect(URL.canParse(attributes['source'] as string, 'https://base.test')).toBe(true);
  expect(attributes['type']).toBe(`dev.holdfast.${type}`);
  expect(attributes['subject']).toBe('app');
  expect(attributes['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(attributes['datacontenttype']).toBe('application/json');
  for (const [name, value] of Object.entries(attributes)) {
    expect(name).toMatch(/^[a-z0-9]{1,20}$/);
    expect(typeof value).toBe('string');
  }
  const shown = { code: 'SCHEMA_FAILED', message: 'pool.size: too big' };
  const errors = errorsIn(data);
  expect(errors).toEqual(errors.map(() => shown));
  expect(errorsIn(EVENTS[type])).toHaveLength(errors.length);
  expect(JSON.stringify(sent)).not.toContain('hunter2');
  expect(Object.keys(data as object)).toEqual(Object.keys(EVENTS[type]));
});

test('toCloudEvent() shows what makes its own JSON as that, and nothing that is inside', () => {
  const secret = { inside: 'hunter2', toJSON: () => '[secret]' };
  const event: HoldfastEvent<'config.changed'> = {
    type: 'config.changed',
    config: 'app',
    at,
    version: 2,
    trigger: 'poll',
    changes: [{ path: ['token'], kind: 'added', after: secret }],
  };
  expect(toCloudEvent(event, '/x').data['changes']).toEqual([
    { path: ['token'], kind: 'added', after: '[secret]' },
  ]);
});

/** What a manager tells while an operator is at work, as CloudEvents that went through JSON; by type, the last of each. */
async function toldOfOperators(): Promise<Readonly<Record<string, object>>> {
  const { manager, clock } = createTestManager();
  const told: Record<string, object> = {};
  manager.on('*', (event) => {
    const { type, data } = JSON.parse(JSON.stringify(toCloudEvent(event, '/x'))) as CloudEvent;
    told[type.replace('dev.holdfast.', '')] = data;
  });
  const loader = mockLoader({ value: { size: 4 } });
  const app = manager.register<{ size: number }>('app', { loader });
  const poll = () => Promise.all([app.refresh(), clock.advance(0)]);
  await clock.advance(0);
  app.attach({
    name: 'pool',
    canApply: ({ next }) => next.size < 100,
    healthCheck: ({ next }) => next.size < 50,
  });
  const debug = await app.override({ size: 8 }, who);
  await debug.clear();
  await expect(app.override({ size: 100 }, who)).rejects.toThrow('would not have it');
  loader.next({ size: 50 });
  await poll();
  // what was rolled back from is barred
  await poll();
  await manager.close();
  return told;
}

test('toCloudEvent() says of what operators and participants do all that its reader needs', async () => {
  const told = await toldOfOperators();
  const reloadId = expect.stringMatching(/^\d+$/) as string;
  const vetoed = {
    code: 'VETOED',
    message: expect.stringContaining('Participant "pool" would not have it') as string,
  };
  const attempt = { reloadId, trigger: 'rollback' };
  expect(told).toMatchObject({
    'reload.started': { reloadId, trigger: 'rollback' },
    'reload.validated': { ...attempt, changeCount: 1, durationMs: 0 },
    'reload.participant.started': { ...attempt, participant: 'pool', phase: 'canApply' },
    'reload.participant.finished': {
      ...attempt,
      participant: 'pool',
      phase: 'canApply',
      durationMs: 0,
    },
    'reload.completed': {
      ...attempt,
      outcome: 'applied',
      version: 5,
      changeCount: 1,
      durationMs: 0,
    },
    'reload.failed': { reloadId, trigger: 'override', outcome: 'vetoed', error: vetoed },
    'reload.rolledback': { reloadId, trigger: 'refresh', error: vetoed, version: 5 },
    'config.changed': {
      ...attempt,
      version: 5,
      by: 'health check',
      reason: vetoed.message,
      changes: [{ path: ['size'], kind: 'changed', before: 50, after: 4 }],
    },
    'pin.changed': { trigger: 'rollback', pinned: 'document', by: 'health check' },
    'override.set': { trigger: 'override', id: 'o1', paths: ['size'], ...who },
    'override.cleared': { trigger: 'override', id: 'o1', because: 'cleared', ...who },
    'document.held': { source: 'mock', trigger: 'refresh' },
    'poll.finished': { source: 'mock', outcome: { kind: 'held' } },
    'status.changed': { state: 'closed' },
  });
});

test.each([undefined, '', 5])('toCloudEvent() refuses %j as a source', (source) => {
  expect(() => toCloudEvent(held, source as never)).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('"source" of toCloudEvent() as it must be a text'),
    }),
  );
});

test.each([undefined, null, 5, {}, { at: 'now' }, { at: NaN }, { at: 1e300 }])(
  'toCloudEvent() refuses %j as an event',
  (event) => {
    expect(() => toCloudEvent(event as never, 'urn:test')).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        message: expect.stringContaining('"event" of toCloudEvent() as it must be an event'),
      }),
    );
  },
);
