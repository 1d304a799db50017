import { expect, test, vi } from 'vitest';
import { toCloudEvent } from './cloud-events.ts';
import { Secret } from './document/secret.ts';
import { HoldfastError, LoadError } from './errors.ts';
import type { HoldfastEvent } from './events.ts';

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 6);

test('toCloudEvent() has every attribute that CloudEvents 1.0 requires', () => {
  const event: HoldfastEvent = { type: 'document.held', config: 'app', at, source: 's', until: 7 };
  const cloud = toCloudEvent(event, '/services/billing');
  expect(cloud).toEqual({
    specversion: '1.0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    source: '/services/billing',
    type: 'dev.holdfast.document.held',
    subject: 'app',
    time: '2026-01-02T03:04:05.006Z',
    datacontenttype: 'application/json',
    data: { source: 's', until: 7 },
  });
});

test('toCloudEvent() gives every event an id of its own', () => {
  const event: HoldfastEvent = { type: 'document.held', config: 'app', at, source: 's', until: 7 };
  expect(toCloudEvent(event, '/x').id).not.toBe(toCloudEvent(event, '/x').id);
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
