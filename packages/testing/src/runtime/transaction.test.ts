import { describe, expect, test } from 'vitest';
import { ann, brings, soon } from './history.fixture.ts';
import { both, type Pair, pair, sizes } from './transaction.fixture.ts';

describe('transaction()', () => {
  test('changes all, and who reads in a listener never sees one without the other', async () => {
    const made = await pair();
    const { app, db } = made;
    const seen: unknown[] = [];
    app.app.onChange(() => seen.push(['app', ...sizes(made)]));
    db.app.onChange(() => seen.push(['db', ...sizes(made)]));
    app.manager.on('config.changed', ({ config }) => seen.push([config, ...sizes(made)]));
    const outcomes = await soon(
      app,
      app.manager.transaction(async (tx) => {
        tx.override(db.app, { size: 20 });
        await Promise.resolve();
        tx.override(app.app, 'size', 40);
        expect(sizes(made)).toEqual([1, 1]);
      }, ann),
    );
    const accepted = { kind: 'accepted', version: 2, changed: true };
    expect([...outcomes]).toEqual([
      ['app', accepted],
      ['db', accepted],
    ]);
    expect(seen).toEqual([
      ['app', 40, 20],
      ['app', 40, 20],
      ['db', 40, 20],
      ['db', 40, 20],
    ]);
    expect(app.record.of('override.set')).toMatchObject([
      { config: 'db', paths: ['size'], ...ann },
      { config: 'app', paths: ['size'], ...ann },
    ]);
    expect((await app.app.versions())[0]).toMatchObject({ trigger: 'override', ...ann });
  });

  test('whose function hangs holds nobody up, not even close(), and changes nothing after it', async () => {
    const { app, db } = await pair();
    let go = (): void => {};
    const gate = new Promise<void>((resolve) => (go = resolve));
    const hanging = app.manager.transaction(async (tx) => {
      tx.override(db.app, { size: 9 });
      await gate;
    }, ann);
    hanging.catch(() => {});
    await soon(app, app.app.override({ size: 5 }, ann));
    await soon(db, db.app.override({ size: 6 }, ann));
    expect([app.app.current.size, db.app.current.size]).toEqual([5, 6]);
    await soon(app, app.manager.close());
    expect(app.clock.pending).toBe(0);
    go();
    await expect(hanging).rejects.toMatchObject({ code: 'CLOSED' });
    expect(db.app.current.size).toBe(6);
  });

  test('changes nothing when one is refused, and says which and why', async () => {
    const made = await pair();
    const { app, db } = made;
    const before = await both(made);
    const run = app.manager.transaction((tx) => {
      tx.override(app.app, { size: 90 });
      tx.override(db.app, { size: 90 });
    }, ann);
    await expect(soon(app, run)).rejects.toMatchObject({
      code: 'SCHEMA_FAILED',
      message: expect.stringMatching(/^The transaction changed nothing: config "db": .*<=50/),
    });
    expect(await both(made)).toEqual(before);
    const told = app.record.types.filter((type) => !type.startsWith('reload.'));
    expect(told).toEqual([]);
    expect(app.record.of('reload.failed').map(({ config }) => config)).toEqual(['db', 'app']);
    expect(app.record.of('reload.completed')).toEqual([]);
  });

  test('names in the status who could not undo, of the config it belongs to', async () => {
    const { app, db } = await pair();
    app.app.attach({ name: 'stuck', apply: () => {}, undo: () => Promise.reject(new Error('no')) });
    db.app.attach({ name: 'late', apply: () => 'no room', undo: () => {} });
    const run = app.manager.transaction((tx) => {
      tx.override(app.app, { size: 2 });
      tx.override(db.app, { size: 2 });
    }, ann);
    await expect(soon(app, run)).rejects.toMatchObject({ code: 'VETOED' });
    expect(app.app.status.diverged).toEqual(['stuck']);
    expect(db.app.status.diverged).toEqual([]);
    expect([app.app.status.version, db.app.status.version]).toEqual([1, 1]);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('mine');
      },
    ],
    ['rejects', () => Promise.reject(new Error('mine'))],
  ])('changes nothing when the function %s', async (_, fail) => {
    const made = await pair();
    const before = await both(made);
    const run = made.app.manager.transaction((tx) => {
      tx.override(made.app.app, { size: 2 });
      return fail();
    }, ann);
    await expect(soon(made.app, run)).rejects.toThrow('mine');
    expect(await both(made)).toEqual(before);
    await made.app.clock.advance(60_000);
    expect(made.app.app.status.state).toBe('fresh');
  });

  test('takes several steps of one config as one change, in their order', async () => {
    const { app } = await pair();
    await app.app.override({ name: 'old', size: 7 }, ann);
    app.record.clear();
    const outcomes = await soon(
      app,
      app.manager.transaction((tx) => {
        tx.clearOverrides(app.app);
        tx.override(app.app, { size: 2 });
        tx.override(app.app, ({ size }) => ({ name: `was ${size}` }), { ttlMs: 5_000 });
      }, ann),
    );
    expect(outcomes.get('app')).toEqual({ kind: 'accepted', version: 3, changed: true });
    expect(app.app.current).toEqual({ size: 2, name: 'was 7' });
    expect(app.record.of('override.cleared')).toMatchObject([{ id: 'o1', because: 'cleared' }]);
    await app.clock.advance(5_000);
    expect(app.app.current).toEqual({ size: 2 });
  });

  test('rolls back together with other steps', async () => {
    const made = await pair();
    const { app, db } = made;
    await brings(app, { size: 2 });
    await soon(
      app,
      app.manager.transaction((tx) => {
        tx.rollback(app.app, 1, { pin: 'all' });
        tx.override(db.app, { size: 9 });
      }, ann),
    );
    expect(sizes(made)).toEqual([1, 9]);
    expect(app.app.status.pinned).toBe('all');
    expect(app.record.of('history.rolledback')).toMatchObject([{ from: 2, to: 1, version: 3 }]);
    expect(app.stored()).toContain('"kind":"all"');
  });

  test('does nothing with nothing to do', async () => {
    const { app } = await pair();
    expect(await app.manager.transaction(() => {}, ann)).toEqual(new Map());
  });

  test('two at once on the same configs in either order end, one after the other', async () => {
    const made = await pair();
    const { app, db } = made;
    const seen: unknown[] = [];
    app.app.onChange(() => seen.push(sizes(made)));
    db.app.onChange(() => seen.push(sizes(made)));
    const one = app.manager.transaction((tx) => {
      tx.override(app.app, { size: 2 });
      tx.override(db.app, { size: 2 });
    }, ann);
    const two = app.manager.transaction((tx) => {
      tx.override(db.app, { size: 3 });
      tx.override(app.app, { size: 3 });
    }, ann);
    await soon(app, Promise.all([one, two]));
    expect(seen).toEqual([
      [2, 2],
      [2, 2],
      [3, 3],
      [3, 3],
    ]);
  });

  test('one from within a listener comes after, and sees what is in force', async () => {
    const made = await pair();
    const { app, db } = made;
    let inner: Promise<unknown> | undefined;
    app.app.onChange(() => {
      inner ??= app.manager.transaction((tx) => {
        tx.override(app.app, ({ size }) => ({ size: size + 1 }));
        tx.override(db.app, ({ size }) => ({ size: size + 1 }));
      }, ann);
    });
    const outer = app.manager.transaction((tx) => {
      tx.override(app.app, { size: 2 });
      tx.override(db.app, { size: 2 });
    }, ann);
    await soon(app, outer);
    await soon(app, inner!);
    expect(sizes(made)).toEqual([3, 3]);
  });

  test('a poll that arrives meanwhile waits for its turn', async () => {
    const made = await pair();
    const { app, db } = made;
    let go: () => void = () => {};
    app.app.attach({ name: 'pool', apply: () => new Promise<void>((done) => (go = done)) });
    const run = app.manager.transaction((tx) => {
      tx.override(app.app, { name: 'x' });
      tx.override(db.app, { name: 'x' });
    }, ann);
    await app.clock.advance(1);
    db.loader.next({ size: 5 });
    const poll = db.app.refresh();
    await app.clock.advance(1);
    expect(db.app.current).toEqual({ size: 1 });
    go();
    await soon(app, run);
    expect(await soon(app, poll)).toMatchObject({ kind: 'accepted', version: 3 });
    expect(db.app.current).toEqual({ size: 5, name: 'x' });
  });

  test('rejects for a closed config, also for one that is closed meanwhile, and undoes', async () => {
    const made = await pair();
    const { app, db } = made;
    const done: string[] = [];
    app.app.attach({
      name: 'pool',
      apply: async () => {
        done.push('applied');
        void db.app.close();
      },
      undo: () => done.push('undone'),
    });
    const run = () =>
      soon(
        app,
        app.manager.transaction((tx) => {
          tx.override(app.app, { size: 2 });
          tx.override(db.app, { size: 2 });
        }, ann),
      );
    const closed = {
      code: 'CLOSED',
      message: 'The transaction changed nothing: config "db": Config "db" is closed',
    };
    await expect(run()).rejects.toMatchObject(closed);
    expect(done).toEqual(['applied', 'undone']);
    await expect(run()).rejects.toMatchObject(closed);
    expect(sizes(made)).toEqual([1, 1]);
    expect(app.app.status.version).toBe(1);
  });

  test('takes all back when a health check would not have one', async () => {
    const made = await pair();
    const { app, db } = made;
    await brings(app, { size: 2 });
    db.app.attach({
      name: 'probe',
      healthCheck: ({ next }) => (next.size < 10 ? true : 'no answer'),
    });
    app.record.clear();
    const overrides = await app.app.overrides();
    const run = app.manager.transaction((tx) => {
      tx.rollback(app.app, 1, { pin: 'all' });
      tx.override(db.app, { size: 20 }, { persist: true });
    }, ann);
    await expect(soon(app, run)).rejects.toMatchObject({
      code: 'VETOED',
      message:
        'The transaction was taken back: config "db": Participant "probe" would not have it (healthCheck): no answer',
    });
    expect(sizes(made)).toEqual([2, 1]);
    expect(await app.app.overrides()).toEqual(overrides);
    expect(await db.app.overrides()).toEqual([]);
    expect([app.app.status.pinned, db.app.status.pinned]).toEqual([undefined, undefined]);
    expect(app.stored()).not.toContain('persist');
    expect(app.record.of('reload.rolledback').map(({ config }) => config)).toEqual(['app', 'db']);
    expect(app.record.of('override.set')).toEqual([]);
    expect(app.record.of('history.rolledback')).toEqual([]);
  });

  /** A health check would not have it, and there is no way back. */
  function stays({ app, db }: Pair): Promise<unknown> {
    app.app.attach({ name: 'probe', healthCheck: () => 'no answer' });
    db.app.attach({ name: 'mule', canApply: ({ trigger }) => trigger !== 'rollback' });
    return app.manager.transaction((tx) => {
      tx.override(app.app, { size: 20 }, { persist: true });
      tx.override(db.app, { size: 20 });
    }, ann);
  }

  test('lets all stay when one of them cannot go back, says so, and tells of it as of any other', async () => {
    const made = await pair();
    const { app } = made;
    await expect(soon(app, stays(made))).rejects.toMatchObject({
      code: 'VETOED',
      message: expect.stringMatching(
        /^The transaction stays in force, since the way back failed \(config "db": .*"mule".*\): config "app": .*no answer/,
      ),
    });
    expect(sizes(made)).toEqual([20, 20]);
    expect(app.record.of('override.set').map(({ config, id }) => [config, id])).toEqual([
      ['app', 'o1'],
      ['db', 'o1'],
    ]);
  });

  test('has written down what stays in force when it rejects', async () => {
    const made = await pair({ writeMs: 500 });
    const stored = stays(made).then(
      () => 'in force',
      () => made.app.stored(),
    );
    await made.app.clock.advance(1_000);
    expect(await stored).toContain('"size":20');
  });

  test('puts the snapshots of an import in place when it rejects with what stays in force', async () => {
    const { app, db } = await pair();
    await app.app.override({ size: 20 }, ann);
    const taken = await app.app.snapshot({ description: 'twenty' });
    const state = await app.manager.exportState({ configs: ['app'] });
    await app.app.clearOverrides(ann);
    await app.app.deleteSnapshot(taken.id);
    app.app.attach({
      name: 'mule',
      canApply: ({ trigger }) => trigger !== 'rollback',
      healthCheck: () => 'no answer',
    });
    const imported = app.manager.importState(state, ann);
    await expect(soon(app, imported)).rejects.toThrow('stays in force');
    expect([app.app.current.size, db.app.current.size]).toEqual([20, 1]);
    expect(await app.app.snapshots()).toMatchObject([{ description: 'twenty' }]);
  });

  test('rejects what is no handle of this manager, wrong options, and what comes too late', async () => {
    const { app } = await pair();
    const other = await pair();
    const inside = (
      work: (tx: Parameters<Parameters<typeof app.manager.transaction>[0]>[0]) => void,
    ) => app.manager.transaction(work, ann);
    const wrong = { code: 'INVALID_OPTIONS' };
    await expect(inside((tx) => tx.override(other.app.app, {}))).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining(
        'as it must be the handle of a config that is registered with this manager',
      ),
    });
    await expect(inside((tx) => tx.override(undefined as never, {}))).rejects.toMatchObject(wrong);
    await expect(
      inside((tx) => tx.override(app.app, {}, { ttl: 5 } as never)),
    ).rejects.toMatchObject(wrong);
    await expect(inside((tx) => tx.override(app.app, 5 as never))).rejects.toMatchObject(wrong);
    await expect(inside((tx) => tx.rollback(app.app, {} as never))).rejects.toMatchObject(wrong);
    await expect(inside((tx) => tx.rollback(app.app, 9))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(app.manager.transaction(undefined as never, ann)).rejects.toMatchObject(wrong);
    await expect(app.manager.transaction(() => {}, {} as never)).rejects.toMatchObject(wrong);
    let late: () => void = () => {};
    await inside((tx) => (late = () => tx.clearOverrides(app.app)));
    expect(late).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });
});
