import { expect, test } from 'vitest';
import { HoldfastError } from '../errors.ts';
import { type AuditedEvent, defined, detailsOf, isoTime, pathsOf } from './audit-records.ts';

const base = { config: 'app', at: 0, by: 'ann', reason: 'incident 7' } as const;

const EVENTS: readonly (readonly [AuditedEvent, object])[] = [
  [
    {
      ...base,
      type: 'override.set',
      trigger: 'override',
      id: 'o1',
      paths: ['pool.size'],
      expiresAt: 5_000,
    },
    {
      action: 'override.set',
      by: 'ann',
      reason: 'incident 7',
      trigger: 'override',
      override: 'o1',
      paths: ['pool.size'],
      expiresAt: 5_000,
    },
  ],
  [
    { ...base, type: 'override.set', trigger: 'import', id: 'o1', paths: [] },
    {
      action: 'override.set',
      by: 'ann',
      reason: 'incident 7',
      trigger: 'import',
      override: 'o1',
      paths: [],
    },
  ],
  [
    { ...base, type: 'override.cleared', trigger: 'expiry', id: 'o1', because: 'expired' },
    {
      action: 'override.cleared',
      by: 'ann',
      reason: 'incident 7',
      trigger: 'expiry',
      override: 'o1',
      because: 'expired',
    },
  ],
  [
    { ...base, type: 'history.rolledback', trigger: 'rollback', from: 7, to: 5, version: 8 },
    {
      action: 'history.rolledback',
      by: 'ann',
      reason: 'incident 7',
      trigger: 'rollback',
      version: 8,
      from: 7,
      to: 5,
    },
  ],
  [
    { ...base, type: 'pin.changed', trigger: 'operator', pinned: 'all' },
    { action: 'pin.changed', by: 'ann', reason: 'incident 7', trigger: 'operator', pinned: 'all' },
  ],
  [
    {
      type: 'reload.rolledback',
      config: 'app',
      at: 0,
      reloadId: 'r1',
      trigger: 'poll',
      version: 8,
      error: new HoldfastError('LISTENER_FAILED', 'the health check said hunter2'),
    },
    {
      action: 'reload.rolledback',
      trigger: 'poll',
      version: 8,
      reloadId: 'r1',
      error: 'LISTENER_FAILED',
    },
  ],
];

test.each(EVENTS)(
  'detailsOf() of $type says who, what and why, and nothing else',
  (event, said) => {
    expect(detailsOf(event)).toStrictEqual(said);
    expect(said).toHaveProperty('trigger');
  },
);

const changes = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    path: ['hosts', i],
    kind: 'added' as const,
    after: 1,
  }));

test.each([
  [0, 0, undefined],
  [100, 100, undefined],
  [101, 100, 1],
  [1_000, 100, 900],
])('pathsOf() %i changes names %i and counts %s more', (count, named, more) => {
  const { paths, morePaths } = pathsOf(changes(count));
  expect([paths?.length, morePaths]).toEqual([named, more]);
  expect(paths?.at(-1)).toBe(count === 0 ? undefined : `hosts.${named - 1}`);
});

test('pathsOf() cuts a path that is as long as a document', () => {
  const { paths } = pathsOf([{ path: ['a'.repeat(1e6)], kind: 'added', after: 1 }]);
  expect(paths).toEqual([`${'a'.repeat(200)}…`]);
});

test('detailsOf() an override of more paths than a record may have is bounded alike', () => {
  const paths = Array.from({ length: 5_000 }, (_, i) => `p${i}`);
  const details = detailsOf({
    ...base,
    type: 'override.set',
    trigger: 'override',
    id: 'o1',
    paths,
  });
  expect([details.paths?.length, details.morePaths]).toEqual([100, 900]);
});

test('isoTime() says the time in UTC, and nothing of what is no time', () => {
  expect(isoTime(1_767_225_600_123)).toBe('2026-01-01T00:00:00.123Z');
  expect(isoTime(NaN)).toBe('');
});

test('defined() leaves out what is undefined, and nothing else', () => {
  expect(defined({ a: undefined, b: null, c: 0, d: '' })).toStrictEqual({ b: null, c: 0, d: '' });
});
