import { expect, test } from 'vitest';
import type { Path } from '../document/path.ts';
import { HoldfastError } from '../errors.ts';
import type { AuditListOptions } from '../options/audit.ts';
import type { AuditRecord } from '../ports/audit.ts';
import type { ValueChange } from '../state/change-details.ts';
import { AuditTrail } from './audit.ts';
import { createContext } from './context.fixture.ts';

function rig({ keep = 1_000, environment = 'staging' } = {}) {
  const { clock, random, scheduler, events } = createContext();
  const written: AuditRecord[] = [];
  const sink = { write: async (record: AuditRecord) => void written.push(record) };
  const services = { clock, random, scheduler, events, environment };
  const trail = new AuditTrail(services, { keep, sink });
  const subject = (name: string, secrets: readonly Path[] = []) => ({
    policy: { name, secrets, arrayKey: undefined },
  });
  const change = (version: number, more: Partial<ValueChange> = {}): ValueChange => ({
    value: { n: version },
    previous: { n: version - 1 },
    version,
    trigger: 'poll',
    ...more,
  });
  return { trail, clock, events, written, subject, change };
}

test('changed() records who, when, what, why and from where, and no value', async () => {
  const { trail, clock, written, subject, change } = rig();
  await clock.advance(123);
  const previous = { pool: { password: 'hunter1' } };
  const value = { pool: { password: 'hunter2' } };
  const origin = { by: 'ann', reason: 'rotation', sources: ['vault'], reloadId: 'r1' };
  trail.changed(subject('app'), change(7, { previous, value, trigger: 'operator' }), origin);
  const record = {
    at: clock.now(),
    time: '2026-01-01T00:00:00.123Z',
    config: 'app',
    environment: 'staging',
    action: 'config.changed',
    by: 'ann',
    reason: 'rotation',
    trigger: 'operator',
    sources: ['vault'],
    version: 7,
    paths: ['pool.password'],
    reloadId: 'r1',
  };
  expect(trail.list({})).toStrictEqual([record]);
  await clock.advance(0);
  expect(written).toStrictEqual([record]);
  expect(JSON.stringify(record)).not.toContain('hunter');
});

test('changed() names a hundred paths of a change of everything, and none below a secret', () => {
  const { trail, subject, change } = rig();
  const value = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, i]));
  trail.changed(subject('app'), change(1, { previous: {}, value }), {});
  const hidden = { tokens: { hunter2: 1 } };
  trail.changed(subject('app', [['tokens']]), change(2, { previous: {}, value: hidden }), {});
  const [secret, all] = trail.list({});
  expect([all?.paths?.length, all?.morePaths]).toEqual([100, 900]);
  expect(secret?.paths).toEqual(['tokens']);
});

test('changed() names no paths of the first value, of which all is new', () => {
  const { trail, subject, change } = rig();
  trail.changed(subject('app'), change(1, { previous: undefined }), {});
  const [record] = trail.list({});
  expect(record).toMatchObject({ action: 'config.changed', version: 1 });
  expect(record).not.toHaveProperty('paths');
});

test('changed() gives out records that nobody can change', () => {
  const { trail, subject, change } = rig();
  trail.changed(subject('app'), change(1), { sources: ['a'] });
  const [record] = trail.list({});
  for (const part of [record, record?.paths, record?.sources])
    expect(Object.isFrozen(part)).toBe(true);
});

test('AuditTrail keeps the newest records', () => {
  const { trail, subject, change } = rig({ keep: 3 });
  for (let n = 1; n <= 10; n++) trail.changed(subject('app'), change(n), {});
  expect(trail.list({}).map(({ version }) => version)).toEqual([10, 9, 8]);
});

test('list() gives the newest first: so many, of one config, since a time', async () => {
  const { trail, clock, subject, change } = rig();
  const times: number[] = [];
  for (let n = 1; n <= 150; n++) {
    trail.changed(subject(n % 2 ? 'odd' : 'even'), change(n), {});
    times.push(clock.now());
    clock.step(1_000);
  }
  const versions = (options: object) => trail.list(options).map(({ version }) => version);
  expect(versions({}).length).toBe(100);
  expect(versions({ limit: 2 })).toEqual([150, 149]);
  expect(versions({ limit: 2, config: 'odd' })).toEqual([149, 147]);
  expect(versions({ config: 'other' })).toEqual([]);
  expect(versions({ since: times[147] })).toEqual([150, 149, 148]);
  expect(versions({ since: Number.MAX_SAFE_INTEGER })).toEqual([]);
  expect(versions({ limit: undefined, since: undefined, config: undefined }).length).toBe(100);
});

test.each([
  [{ limit: 0 }, '"limit"'],
  [{ config: '' }, '"config"'],
  [{ since: -1 }, '"since"'],
  [{ until: 5 }, '"until"'],
])('list() refuses %o', (wrong, named) => {
  const { trail } = rig();
  const options = wrong as AuditListOptions;
  expect(() => trail.list(options)).toThrow(HoldfastError);
  expect(() => trail.list(options)).toThrow(named);
});

test('AuditTrail records what operators did, and listens to nothing else', () => {
  const { trail, events } = rig();
  events.emit('override.set', 'app', () => ({
    trigger: 'override' as const,
    id: 'o1',
    paths: ['pool.size'],
    by: 'ann',
    reason: 'incident 7',
  }));
  events.emit('history.rolledback', 'app', () => ({
    trigger: 'rollback' as const,
    from: 7,
    to: 5,
    version: 8,
    by: 'ann',
    reason: 'incident 7',
  }));
  expect(trail.list({})).toMatchObject([
    { action: 'history.rolledback', config: 'app', from: 7, to: 5, version: 8, by: 'ann' },
    {
      action: 'override.set',
      trigger: 'override',
      environment: 'staging',
      override: 'o1',
      reason: 'incident 7',
    },
  ]);
  expect(events.hears('config.changed')).toBe(false);
  expect(events.hears('reload.started')).toBe(false);
});
