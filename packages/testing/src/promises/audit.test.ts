import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AuditRecord, AuditSink } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { auditFile, verifyAuditFile } from '@holdfast/loaders/audit-file';
import { createTestManager, mockLoader, recordEvents, seededRandom } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { smallDisk } from '../faults/small-disk.fixture.ts';
import { startFixture, tempFolder } from './process.fixture.ts';

const polling = { intervalMs: 60_000 };

/** A config that serves `{ n: 1 }`. */
function scene(options: Parameters<typeof createTestManager>[0] = {}) {
  const { manager, clock } = createTestManager(options);
  const loader = mockLoader({ value: { n: 1 } });
  const app = manager.register<{ n: number }>('app', { loader, polling });
  return { manager, clock, loader, app, events: recordEvents(manager) };
}

test('the audit trail has every change without any option, and the first one too', async () => {
  const { manager, clock, loader } = scene({ environment: 'staging' });
  expect(await manager.audit.list()).toEqual([]);
  await clock.advance(0);
  loader.next({ n: 2, secret: 'hunter2' });
  await clock.advance(100_000);
  const records = await manager.audit.list();
  const base = { config: 'app', environment: 'staging', action: 'config.changed' };
  expect(records).toMatchObject([
    { ...base, version: 2, trigger: 'poll', paths: ['n', 'secret'] },
    { ...base, version: 1, trigger: 'poll' },
  ]);
  // all of it is new
  expect(records[1]).not.toHaveProperty('paths');
  expect(records[0]!.at - records[1]!.at).toBeGreaterThan(50_000);
  expect(JSON.stringify(records)).not.toContain('hunter2');
  await manager.close();
});

test('the audit trail says what came from the cache, and from which source', async () => {
  const cache = memoryCache();
  for (const trigger of ['poll', 'cache']) {
    const { manager, clock } = createTestManager({ cache });
    const sources = [{ name: 'fleet', loader: mockLoader({ value: { n: 1 } }) }];
    manager.register('app', { sources, polling });
    // oxlint-disable-next-line no-await-in-loop -- one process after the other
    await clock.advance(0);
    // oxlint-disable-next-line no-await-in-loop -- as above
    expect(await manager.audit.list()).toMatchObject([{ trigger, sources: ['fleet'] }]);
    // oxlint-disable-next-line no-await-in-loop -- as above
    await manager.close();
  }
});

test('the audit trail names the source whose document was kept, too, once another one lets it in', async () => {
  const { manager, clock } = createTestManager();
  const file = mockLoader({ name: 'file', value: { a: 1 } });
  const remote = mockLoader({ name: 'remote', value: { b: 1 } });
  const sources = [{ loader: file }, { loader: remote }];
  const app = manager.register<{ a: number; b: number }>('app', { sources, polling });
  app.rule('a', (a, { b }) => a === b, 'a and b go together');
  await clock.advance(0);
  remote.next({ b: 2 });
  await Promise.all([app.refresh(), clock.advance(0)]);
  file.next({ a: 2 });
  await clock.advance(130_000);
  expect(app.current).toEqual({ a: 2, b: 2 });
  expect(await manager.audit.list({ limit: 1 })).toMatchObject([{ sources: ['file', 'remote'] }]);
});

test('the audit trail says who accepted a document that was refused, and why', async () => {
  const { manager, clock, loader, app } = scene();
  loader.next(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, i])));
  await clock.advance(0);
  loader.next({ k0: 0 });
  await clock.advance(100_000);
  expect(await manager.audit.list()).toHaveLength(1);
  const accepted = app.acceptRefused({ by: 'ann', reason: 'a smaller fleet' });
  await clock.advance(0);
  expect(await accepted).toMatchObject({ kind: 'accepted' });
  expect(await manager.audit.list({ limit: 1 })).toMatchObject([
    { trigger: 'operator', by: 'ann', reason: 'a smaller fleet', paths: { length: 19 } },
  ]);
  await manager.close();
});

test('the audit trail has an override from its beginning to its end, and the changes that it made', async () => {
  const { manager, clock, app, events } = scene();
  await clock.advance(0);
  const set = app.override({ n: 9 }, { by: 'ann', reason: 'incident 7', ttlMs: 1_000 });
  await clock.advance(0);
  const { id } = await set;
  await clock.advance(2_000);
  const [cleared, restored, laid, changed] = (await manager.audit.list()).toSorted(
    (a, b) => b.at - a.at || b.action.localeCompare(a.action),
  );
  const who = { by: 'ann', reason: 'incident 7' };
  expect(laid).toMatchObject({ action: 'override.set', ...who, override: id, paths: ['n'] });
  expect(changed).toMatchObject({ action: 'config.changed', ...who, trigger: 'override' });
  expect(events.of('reload.completed').map(({ reloadId }) => reloadId)).toContain(
    changed?.reloadId,
  );
  expect(cleared).toMatchObject({ action: 'override.cleared', override: id, because: 'expired' });
  expect(restored).toMatchObject({ action: 'config.changed', trigger: 'expiry', paths: ['n'] });
  await manager.close();
});

test('a change of everything names a hundred paths', async () => {
  const { manager, clock, loader } = scene();
  const document = (n: number) =>
    Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`key-${i}`, n + i]));
  loader.next(document(1));
  await clock.advance(0);
  loader.next(document(2));
  await clock.advance(100_000);
  const [record] = await manager.audit.list();
  expect([record?.version, record?.paths?.length, record?.morePaths]).toEqual([2, 100, 900]);
  await manager.close();
});

const broken: [string, AuditSink['write'], RegExp][] = [
  [
    'throws',
    () => {
      throw new Error('no room');
    },
    /^The audit sink failed: no room$/,
  ],
  ['rejects', () => Promise.reject(new Error('no room')), /^The audit sink failed: no room$/],
  ['hangs', () => new Promise(() => {}), /^The audit sink has not answered for 10000 ms$/],
];

test.each(broken)(
  'a sink that %s harms neither value nor polls nor trail, and is told of',
  async (_, write, message) => {
    const { manager, clock, loader, app, events } = scene({ audit: { sink: { write } } });
    await clock.advance(0);
    for (let n = 2; n <= 5; n++) {
      loader.next({ n });
      // oxlint-disable-next-line no-await-in-loop -- one poll after the other
      await clock.advance(100_000);
      expect(app.current).toEqual({ n });
    }
    expect(await manager.audit.list()).toHaveLength(5);
    expect(events.of('audit.failed')).toHaveLength(1);
    const [{ error, config } = { error: undefined, config: '' }] = events.of('audit.failed');
    expect([error?.code, config]).toEqual(['AUDIT_FAILED', 'app']);
    expect(error?.message).toMatch(message);
    const closing = manager.close();
    await clock.advance(5_000);
    await closing;
    expect(events.of('audit.failed').at(-1)?.error.message).toMatch(/records are lost: 5$/);
    expect(clock.pending).toBe(0);
  },
);

test('close() waits for the sink', async () => {
  const written: (number | undefined)[] = [];
  let release = (): void => {};
  const sink = {
    async write({ version }: AuditRecord) {
      await new Promise<void>((resolve) => (release = resolve));
      written.push(version);
    },
  };
  const { manager, clock } = scene({ audit: { sink } });
  await clock.advance(0);
  let closed = false;
  const closing = manager.close().then(() => (closed = true));
  await clock.advance(4_000);
  expect([written, closed]).toEqual([[], false]);
  release();
  await clock.advance(0);
  await closing;
  expect(written).toEqual([1]);
});

test('close() in a listener waits for what is still to be recorded of that change, and then closes the sink', async () => {
  const seen: string[] = [];
  const sink = {
    write: async ({ action }: AuditRecord) => void seen.push(action),
    close: async () => void seen.push('closed'),
  };
  const { manager, clock, app } = scene({ audit: { sink } });
  await clock.advance(0);
  let closing: Promise<void> | undefined;
  app.onChange(() => (closing = manager.close()));
  await app.override({ n: 9 }, { by: 'ann', reason: 'a test' });
  await closing;
  expect(seen).toEqual(['config.changed', 'config.changed', 'override.set', 'closed']);
});

test('what was changed while the disk was full is in the audit file once there is room, and the chain is whole', async (context) => {
  await using disk = await smallDisk(context);
  const path = join(disk.path, 'audit.jsonl');
  const { manager, clock, loader, events } = scene({ audit: { sink: auditFile({ path }) } });
  await clock.advance(0);
  await disk.fill();
  // what is left of the last page of the file takes some of them, and then half a line
  for (let n = 2; n <= 41; n++) {
    loader.next({ n });
    // oxlint-disable-next-line no-await-in-loop -- one poll after the other
    await clock.advance(100_000);
  }
  const [failed] = events.of('audit.failed');
  expect(failed?.error.message).toMatch(/^The audit sink failed: Cannot write .*ENOSPC/);
  expect((await verifyAuditFile(path)).ok).toBe(false);
  await disk.free();
  await clock.advance(60_000);
  await manager.close();
  expect(await verifyAuditFile(path)).toMatchObject({ ok: true, records: 41, repairs: 1 });
});

test('killed while it writes, the next process goes on with the chain, and nothing that was written is lost', async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, 'audit.jsonl');
  const random = seededRandom(7);
  const told: number[] = [];
  for (let round = 0; round < 6; round++) {
    const running = startFixture('audit-kills.fixture.ts', { args: [path, `${round * 10_000}`] });
    /* oxlint-disable no-await-in-loop -- one kill after the other */
    await running.printed(`written ${round * 10_000}`);
    await pause(random() * 30);
    running.kill();
    const { signal, stdout, stderr } = await running.ended;
    /* oxlint-enable no-await-in-loop */
    expect([signal, stderr]).toEqual(['SIGKILL', '']);
    told.push(
      ...stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => Number(line.split(' ')[1])),
    );
  }
  const last = auditFile({ path });
  const what = { config: 'app', environment: '', action: 'config.changed' } as const;
  await last.write({ at: 0, time: '', ...what, version: -1 });
  await last.close();
  expect(await verifyAuditFile(path)).toMatchObject({ ok: true, head: last.head });
  const found = new Set(
    [...(await readFile(path, 'utf8')).matchAll(/"version":(-?\d+)/g)].map(([, n]) => Number(n)),
  );
  expect(told.filter((version) => !found.has(version))).toEqual([]);
  // how many there are in those milliseconds is for the machine to say
  expect(told.length).toBeGreaterThanOrEqual(6);
}, 60_000);
