import type { ChangeDetails } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { memoryCache } from '@holdfast/core/memory-cache';
import { ann, begin, brings, everything, type Kept, keeps, soon } from './history.fixture.ts';

const numbersOf = async ({ app }: Kept): Promise<readonly number[]> =>
  (await app.versions()).map(({ version }) => version);

describe('versions()', () => {
  test('gives all that are kept, the newest first, without values', async () => {
    const made = await keeps({ history: { entries: 2 } });
    await brings(made, { size: 2 }, { size: 3 });
    await made.app.override({ size: 9 }, ann);
    const versions = await made.app.versions();
    expect(
      versions.map(({ version, trigger, by, reason, inForce }) => [
        version,
        trigger,
        by,
        reason,
        inForce,
      ]),
    ).toEqual([
      [4, 'override', 'ann', 'a test', true],
      [3, 'refresh', undefined, undefined, false],
      [2, 'refresh', undefined, undefined, false],
    ]);
    expect(versions[2]!.sources).toEqual([
      {
        name: expect.any(String),
        validator: expect.objectContaining({ revision: expect.any(String) }),
      },
    ]);
    expect(JSON.stringify(versions)).not.toContain('"size"');
  });

  test('counts the bytes of overrides, also of those that a restart or an import brought', async () => {
    const options = { history: { bytes: 5_000 }, schema: undefined, cache: memoryCache() };
    const long = { name: 'x'.repeat(3_000) };
    const made = await keeps(options);
    await soon(made, made.app.override(long, { ...ann, persist: true }));
    await brings(made, { size: 2 }, { size: 3 });
    // the one override counts once
    expect(await numbersOf(made)).toEqual([4, 3, 2, 1]);
    await made.app.override(long, ann);
    await brings(made, { size: 4 }, { size: 5 });
    expect(await numbersOf(made)).toEqual([6]);
    const state = await made.manager.exportState();
    expect(JSON.stringify(state)).not.toContain('bytes');
    await made.manager.close();

    const next = await keeps(options);
    await brings(next, { size: 2 });
    await next.app.override(long, ann);
    await brings(next, { size: 3 });
    expect(await numbersOf(next)).toEqual([4]);
    await soon(next, next.manager.importState(state, ann));
    await brings(next, { size: 9 });
    expect(await numbersOf(next)).toHaveLength(1);
  });

  test('keeps none that alone has more than history.bytes: told once, until some are kept again', async () => {
    const made = await keeps({ history: { bytes: 1_000 }, schema: undefined });
    const told = () => made.record.of('config.warned').map(({ message }) => message);
    const long = (size: number) => ({ size, name: 'x'.repeat(1_000) });
    await brings(made, long(2));
    expect(told()).toEqual([]);
    await brings(made, long(3), long(4), { size: 5 });
    expect(await numbersOf(made)).toEqual([5]);
    expect(told()).toEqual([
      'no earlier version is kept: version 2 alone has more than 1000 bytes (history.bytes)',
    ]);
    await brings(made, { size: 6 }, long(7), { size: 8 });
    expect(told()).toHaveLength(2);
  });

  test.each([{ entries: 0 }, { bytes: 0 }])('keeps none, as told, with %j', async (history) => {
    const made = await keeps({ history });
    await brings(made, { size: 2 }, { size: 3 });
    expect(await numbersOf(made)).toEqual([3]);
    expect(made.record.of('config.warned')).toEqual([]);
  });

  test('warns at the first change where the very first version is too large', async () => {
    const made = await keeps({ history: { bytes: 5 } });
    await brings(made, { size: 2 }, { size: 3 });
    expect(made.record.of('config.warned')).toHaveLength(1);
  });

  test('gives none before there is a value', async () => {
    expect(await begin().app.versions()).toEqual([]);
  });
});

describe('snapshot()', () => {
  test('outlives the trimming of the history, and is found by its tag', async () => {
    const made = await keeps({ history: { entries: 1 } });
    const taken = await made.app.snapshot({
      description: 'before the sale',
      tags: ['sale'],
      by: 'ann',
    });
    expect(taken).toEqual({
      id: 's1',
      version: 1,
      description: 'before the sale',
      tags: ['sale'],
      at: made.clock.now(),
      by: 'ann',
      keep: false,
    });
    await made.app.snapshot({ description: 'another' });
    await brings(made, { size: 2 }, { size: 3 }, { size: 4 });
    expect((await made.app.snapshots({ tag: 'sale' })).map(({ id }) => id)).toEqual(['s1']);
    await soon(made, made.app.rollback('s1', ann));
    expect(made.app.current).toEqual({ size: 1 });
  });

  test('lets the oldest go that need not be kept, and refuses when all must', async () => {
    const made = await keeps({ history: { snapshots: 2 } });
    const take = async (description: string, keep: boolean) =>
      (await made.app.snapshot({ description, keep })).id;
    const ids = async () => (await made.app.snapshots()).map(({ id }) => id);
    await take('a', true);
    await take('b', false);
    await take('c', false);
    expect(await ids()).toEqual(['s1', 's3']);
    await take('d', true);
    expect(await ids()).toEqual(['s1', 's4']);
    await expect(take('e', true)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('allow more than 2 (history.snapshots)'),
    });
    expect(await ids()).toEqual(['s1', 's4']);
    expect(await made.app.deleteSnapshot('s1')).toBe(true);
    expect(await made.app.deleteSnapshot('s1')).toBe(false);
    expect(await ids()).toEqual(['s4']);
  });

  test('lets the oldest go that need not be kept, where their documents have too many bytes, and refuses when all must', async () => {
    const made = await keeps({ history: { bytes: 7_000 }, schema: undefined });
    const ids = async () => (await made.app.snapshots()).map(({ id }) => id);
    const brought = async (name: string, keep = false) => {
      await brings(made, { size: 1, name: name.repeat(3_000) });
      return made.app.snapshot({ description: name, keep });
    };
    await brought('a');
    await brought('b', true);
    // what is shared counts once
    await made.app.snapshot({ description: 'b again' });
    expect(await ids()).toEqual(['s1', 's2', 's3']);
    await brought('c');
    expect(await ids()).toEqual(['s2', 's3', 's4']);
    await brought('d', true);
    expect(await ids()).toEqual(['s2', 's5']);
    await expect(brought('e')).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message:
        'Config "app": the snapshots that would have to stay are too large: delete one, or allow more than 7000 bytes (history.bytes)',
    });
    expect(await ids()).toEqual(['s2', 's5']);
    // versions have their own bytes
    expect(await numbersOf(made)).toEqual([6, 5, 4]);
    await made.app.deleteSnapshot('s2');
    await made.app.snapshot({ description: 'e' });
    expect(await ids()).toEqual(['s5', 's7']);
  });

  test.each([
    [{ bytes: 5 }, 'one snapshot alone is too large: allow more than 5 bytes (history.bytes)'],
    [{ snapshots: 0 }, 'no snapshots are kept: allow more than 0 (history.snapshots)'],
  ])('refuses what no deletion would make room for with %j', async (history, why) => {
    const { app } = await keeps({ history });
    await expect(app.snapshot({ description: 'x', keep: true })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: `Config "app": ${why}`,
    });
  });

  test('names the bound that one alone is beyond, whatever bound all of them are beyond', async () => {
    const made = await keeps({ history: { snapshots: 1, bytes: 2_000 }, schema: undefined });
    await made.app.snapshot({ description: 'x', keep: true });
    await brings(made, { size: 1, name: 'y'.repeat(3_000) });
    await expect(made.app.snapshot({ description: 'x', keep: true })).rejects.toMatchObject({
      message:
        'Config "app": one snapshot alone is too large: allow more than 2000 bytes (history.bytes)',
    });
  });

  test('counts overrides, and nothing of it is in an export', async () => {
    const made = await keeps({ history: { bytes: 5_000 }, schema: undefined });
    for (const letter of 'ab') {
      await made.app.clearOverrides(ann);
      await made.app.override({ name: letter.repeat(3_000) }, ann);
      await made.app.snapshot({ description: letter });
    }
    expect((await made.app.snapshots()).map(({ id }) => id)).toEqual(['s2']);
    const text = JSON.stringify([await made.app.snapshots(), await made.manager.exportState()]);
    expect(text).not.toMatch(/"(sizes|bytes)"/);
  });

  test('rejects before there is a value, after close, and for wrong options', async () => {
    const made = begin();
    await expect(made.app.snapshot({ description: 'x' })).rejects.toMatchObject({
      code: 'NO_VALUE',
    });
    await made.clock.advance(1);
    await expect(made.app.snapshot({} as never)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('"description" of snapshot() of config "app"'),
    });
    await soon(made, made.app.close());
    await expect(made.app.snapshot({ description: 'x' })).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('diff()', () => {
  test('says what was added, removed and changed between any two', async () => {
    const made = await keeps({ value: { size: 1, name: 'a' } });
    const { id } = await made.app.snapshot({ description: 'first' });
    await brings(made, { size: 2 }, { size: 2, name: 'b' });
    const changed = { path: ['size'], kind: 'changed', before: 1, after: 2 };
    const removed = { path: ['name'], kind: 'removed', before: 'a' };
    expect(await made.app.diff(1, 2)).toEqual({
      added: [],
      removed: [removed],
      changed: [changed],
      changes: [changed, removed],
    });
    expect((await made.app.diff(2, 1)).added).toEqual([
      { path: ['name'], kind: 'added', after: 'a' },
    ]);
    expect((await made.app.diff(id)).changed).toHaveLength(2);
    expect(await made.app.diff(3, 'current')).toEqual(await made.app.diff(3, 3));
    expect((await made.app.diff('current')).changes).toEqual([]);
  });

  test('gives nothing for defaults beside themselves, though no document was looked at yet', async () => {
    const { createConfigManager } = await import('@holdfast/core');
    const manager = createConfigManager();
    const app = manager.register('app', {
      defaults: { size: 1 },
      sources: [{ name: 'a', loader: (await import('@holdfast/testing')).mockLoader() }],
    });
    const { id } = await app.snapshot({ description: 'defaults' });
    expect((await app.diff(id)).changes).toEqual([]);
    await manager.close();
  });

  test('rejects for a version that is not there', async () => {
    const made = await keeps();
    await expect(made.app.diff(7)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(made.app.diff('s7')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'Config "app": There is no snapshot "s7" (kept: none)',
    });
    await expect(made.app.diff({} as never)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });
});

describe('rollback()', () => {
  test('restores documents and overrides, clears later ones, tells of it, and bars the document', async () => {
    const made = await keeps();
    await made.app.override({ name: 'early' }, ann);
    await brings(made, { size: 2 });
    await made.app.override({ name: 'late' }, ann);
    made.record.clear();
    const seen: ChangeDetails<unknown>[] = [];
    made.app.onChange((_, details) => seen.push(details));
    const outcome = await soon(made, made.app.rollback(2, { by: 'bob', reason: 'too slow' }));
    expect(outcome).toEqual({ kind: 'accepted', version: 5, changed: true });
    expect(made.app.current).toEqual({ size: 1, name: 'early' });
    expect(seen).toMatchObject([{ trigger: 'rollback', version: 5 }]);
    const because = { by: 'bob', reason: 'too slow' };
    expect(made.record.of('override.cleared')).toMatchObject([
      { id: 'o2', because: 'rollback', ...because },
    ]);
    expect(made.record.of('history.rolledback')).toMatchObject([
      { from: 4, to: 2, version: 5, ...because },
    ]);
    expect(made.record.of('config.changed')).toMatchObject([because]);
    expect(made.app.status.pinned).toBe('document');
    expect((await made.app.versions())[0]).toMatchObject({ trigger: 'rollback', ...because });
  });

  test('brings overrides back that were cleared since, but none that has ended', async () => {
    const made = await keeps();
    await made.app.override({ name: 'short' }, { ...ann, ttlMs: 1_000 });
    await made.app.override({ name: 'cleared' }, ann);
    const { version } = made.app.status;
    await made.app.clearOverrides(ann);
    made.record.clear();
    await made.clock.advance(2_000);
    await soon(made, made.app.rollback(version, ann));
    expect(made.app.current).toEqual({ size: 1, name: 'cleared' });
    expect((await made.app.overrides()).map(({ id }) => id)).toEqual(['o2']);
    expect(made.record.of('override.set')).toMatchObject([{ id: 'o2' }]);
    // no document was left behind, so that nothing is pinned
    expect(made.app.status.pinned).toBeUndefined();
  });

  test('lets a newer document in, and a document that was rolled back from once more by its own number', async () => {
    const made = await keeps();
    await brings(made, { size: 2 });
    await soon(made, made.app.rollback(1, ann));
    await brings(made, { size: 3 });
    expect(made.app.current).toEqual({ size: 3 });
    await soon(made, made.app.rollback(2, ann));
    expect(made.app.current).toEqual({ size: 2 });
    await brings(made, { size: 2 });
    expect(made.app.status.sources[0]!.waiting).toBeUndefined();
    await brings(made, { size: 3 });
    expect(made.app.current).toEqual({ size: 2 });
  });

  test('to the document that waits as barred leaves nothing that waits, and nothing to write again', async () => {
    const made = await keeps();
    await brings(made, { size: 2 });
    await made.app.rollback(1, ann);
    const refreshed = soon(made, made.app.refresh());
    expect(await refreshed).toMatchObject({ kind: 'held' });
    expect(made.app.status.sources[0]!.waiting).toEqual({ kind: 'barred' });
    await made.app.rollback(2, ann);
    expect([made.app.current, made.app.status.sources[0]!.waiting]).toEqual([
      { size: 2 },
      undefined,
    ]);
    expect(await soon(made, made.app.unpin(ann))).toEqual({ kind: 'unchanged' });
  });

  test('that a participant vetoes leaves what waits as it was', async () => {
    const made = await keeps();
    await brings(made, { size: 2 });
    await made.app.rollback(1, ann);
    await soon(made, made.app.refresh());
    made.app.attach({ name: 'pool', canApply: () => false });
    await expect(made.app.rollback(2, ann)).rejects.toMatchObject({ code: 'VETOED' });
    expect(made.app.status.sources[0]!.waiting).toEqual({ kind: 'barred' });
  });

  test("pins whatever comes with pin: 'all'", async () => {
    const made = await keeps();
    await brings(made, { size: 2 });
    await soon(made, made.app.rollback(1, { ...ann, pin: 'all' }));
    await brings(made, { size: 3 });
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status).toMatchObject({ pinned: 'all', state: 'fresh' });
    expect(made.app.status.sources[0]!.waiting).toEqual({ kind: 'barred' });
  });

  test('is written down before it resolves, and a restart keeps to it', async () => {
    const made = await keeps();
    await brings(made, { size: 2 });
    await made.app.rollback(1, { ...ann, pin: 'all' });
    expect(made.stored()).toContain('"kind":"all"');
    await soon(made, made.manager.close());
    const again = begin({ cache: made.cache, value: { size: 2 } });
    await again.clock.advance(61_000);
    expect(again.app.current).toEqual({ size: 1 });
    expect(again.app.status).toMatchObject({ pinned: 'all' });
    await soon(again, again.app.unpin(ann));
    expect(again.app.current).toEqual({ size: 2 });
    expect(again.app.status.pinned).toBeUndefined();
    expect(again.stored()).not.toContain('"kind":"all"');
  });

  test.each([
    ['a version that is not kept', 7, 'Config "app": There is no earlier version 7 (kept: 1)'],
    [
      'the version in force',
      2,
      'Config "app": There is no earlier version 2: it is the one in force (kept: 1)',
    ],
    ['a snapshot that is not there', 's1', 'Config "app": There is no snapshot "s1" (kept: none)'],
    ['a version before the first', 0, 'Config "app": There is no earlier version 0 (kept: 1)'],
  ])('rejects for %s, and changes nothing', async (_, to, message) => {
    const made = await keeps();
    await brings(made, { size: 2 });
    const before = await everything(made);
    await expect(soon(made, made.app.rollback(to, ann))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message,
    });
    expect(await everything(made)).toEqual(before);
  });

  test.each([
    [{ bytes: 5 }, 'none', 'history.bytes (5)'],
    [{ bytes: 15 }, '2', 'history.bytes (15)'],
    [{ entries: 1 }, '2', 'history.entries (1)'],
    [{ entries: 0 }, 'none', 'history.entries (0)'],
  ])('names what a version had to go for with %j', async (history, kept, option) => {
    const made = await keeps({ history });
    await brings(made, { size: 2 }, { size: 3 });
    await expect(soon(made, made.app.rollback(1, ann))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `Config "app": There is no earlier version 1: it was in force, but ${option} had no room for it (kept: ${kept})`,
    });
  });

  test('rejects when a participant vetoes, and changes nothing', async () => {
    const made = await keeps();
    await brings(made, { size: 2 });
    made.app.attach({ name: 'pool', canApply: () => 'busy' });
    const before = await everything(made);
    await expect(soon(made, made.app.rollback(1, ann))).rejects.toMatchObject({ code: 'VETOED' });
    expect(await everything(made)).toEqual(before);
    expect(made.record.of('history.rolledback')).toEqual([]);
  });

  test('rejects wrong options and a closed config', async () => {
    const made = await keeps();
    await brings(made, { size: 2 });
    await expect(made.app.rollback(1, {} as never)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
    await expect(made.app.rollback(1, { ...ann, pin: 'none' as never })).rejects.toMatchObject({
      message:
        'Cannot use "pin" of rollback() of config "app" as it must be "document" or "all": current value is "none"',
    });
    await expect(made.app.rollback(null as never, ann)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
    await soon(made, made.app.close());
    await expect(made.app.rollback(1, ann)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('pin() and unpin()', () => {
  test('keep what is in force until unpin(), which tries at once what waits, past the limit of updates', async () => {
    const made = await keeps();
    for (let size = 2; size < 12; size++) await brings(made, { size });
    await soon(made, made.app.pin(ann));
    expect(made.app.status.pinned).toBe('all');
    expect(made.stored()).toContain('"kind":"all"');
    await brings(made, { size: 18 }, { size: 19 });
    expect(made.app.current).toEqual({ size: made.app.status.version });
    const outcome = await soon(made, made.app.unpin({ by: 'bob', reason: 'over' }));
    expect(outcome).toMatchObject({ kind: 'accepted', changed: true });
    expect(made.app.current).toEqual({ size: 19 });
    expect((await made.app.versions())[0]).toMatchObject({
      trigger: 'unpin',
      by: 'bob',
      reason: 'over',
    });
    expect(made.stored()).not.toContain('"kind":"all"');
  });

  test('unpin() does not go past maxRemoved', async () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, i]));
    const made = await keeps({ value: many, schema: undefined });
    await soon(made, made.app.pin(ann));
    await brings(made, { k0: 0 });
    const outcome = await soon(made, made.app.unpin(ann));
    expect(outcome).toMatchObject({ kind: 'refused', error: { code: 'REMOVED_TOO_MUCH' } });
    expect(made.app.status.pinned).toBeUndefined();
    await soon(made, made.app.acceptRefused(ann));
    expect(made.app.current).toEqual({ k0: 0 });
  });

  test('unpin() of what is not pinned is unchanged; pin() before a value rejects', async () => {
    const made = begin();
    await expect(soon(made, made.app.pin(ann))).rejects.toMatchObject({ code: 'NO_VALUE' });
    expect(await soon(made, made.app.unpin(ann))).toEqual({ kind: 'unchanged' });
  });

  test('a health check that goes back leaves the pin of an operator alone', async () => {
    const made = await keeps();
    await soon(made, made.app.pin(ann));
    made.app.attach({ name: 'pool', healthCheck: ({ next }) => next.size < 50 });
    await expect(soon(made, made.app.override({ size: 60 }, ann))).rejects.toThrow('healthCheck');
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status.pinned).toBe('all');
    expect(made.stored()).toContain('"by":"ann"');
  });

  test('a health check goes back without a history, and pins nothing where an override went', async () => {
    const made = await keeps({ history: { entries: 0 } });
    made.app.attach({ name: 'pool', healthCheck: ({ next }) => next.size < 50 });
    await expect(soon(made, made.app.override({ size: 60 }, ann))).rejects.toThrow('healthCheck');
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status.pinned).toBeUndefined();
    await brings(made, { size: 70 });
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status.pinned).toBe('document');
  });
});
