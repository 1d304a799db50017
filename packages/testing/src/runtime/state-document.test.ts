import type { JsonValue, StateDocument } from '@holdfast/core';
import { createTestManager, mockLoader } from '@holdfast/testing';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { ann, cacheKeys, brings, everything, keeps, soon } from './history.fixture.ts';
import { both, type Pair, pair, sizes } from './transaction.fixture.ts';

/** As it would come from a file. */
const copyOf = (document: StateDocument): StateDocument =>
  JSON.parse(JSON.stringify(document)) as StateDocument;

/** All but when it was written. */
function contentOf({ configs }: StateDocument): unknown {
  return configs;
}

/** The fingerprint of a config is made as the checksum is. */
async function checksumOf(body: object): Promise<string> {
  const { manager } = createTestManager();
  const handle = manager.register<object>('body', {
    loader: mockLoader(),
    defaults: body,
    limits: { maxDepth: 1_000 },
  });
  const checksum = await handle.fingerprint();
  await manager.close();
  return checksum;
}

/** What the secrets of one process begin with. */
const planted = 'planted-';

/** What an operator or a source does. */
const action = fc.oneof(
  fc.record({
    kind: fc.constant('bring' as const),
    size: fc.integer({ min: 1, max: 60 }),
    name: fc.constantFrom('old', 'new'),
  }),
  fc.record({
    kind: fc.constant('override' as const),
    patch: fc.record(
      { size: fc.integer({ min: 1, max: 60 }), name: fc.string() },
      { requiredKeys: [] },
    ),
    ttlMs: fc.option(fc.integer({ min: 60_000, max: 1e6 }), { nil: undefined }),
    persist: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('clear' as const) }),
  fc.record({
    kind: fc.constant('snapshot' as const),
    tags: fc.array(fc.string({ minLength: 1 })),
    keep: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('rollback' as const),
    back: fc.integer({ min: 1, max: 3 }),
    all: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('pin' as const) }),
  fc.record({ kind: fc.constant('unpin' as const) }),
);

/** Refusals are a part of it. In `db` names are secrets, and each document has one. */
async function act(
  kept: Pair['app'],
  what: typeof action extends fc.Arbitrary<infer A> ? A : never,
): Promise<void> {
  const { app } = kept;
  const begins = app.name === 'db' ? planted : '';
  switch (what.kind) {
    case 'bring':
      return brings(kept, { size: what.size, name: `${begins}${what.name}` });
    case 'override': {
      const { ttlMs, persist } = what;
      const { name } = what.patch;
      const patch = { ...what.patch, ...(name !== undefined && { name: `${begins}${name}` }) };
      const terms = { ...ann, persist, ...(ttlMs !== undefined && { ttlMs }) };
      await soon(kept, app.override(patch, terms)).catch(() => {});
      return undefined;
    }
    case 'clear':
      return void (await soon(kept, app.clearOverrides(ann)));
    case 'snapshot':
      return void (await app.snapshot({ description: 'x', tags: what.tags, keep: what.keep }));
    case 'rollback': {
      const to = app.status.version - what.back;
      await soon(kept, app.rollback(to, { ...ann, pin: what.all ? 'all' : 'document' })).catch(
        () => {},
      );
      return undefined;
    }
    case 'pin':
      return void (await soon(kept, app.pin(ann)));
    case 'unpin':
      return void (await soon(kept, app.unpin(ann)));
  }
}

describe('exportState() and importState()', () => {
  test('give the same state in a fresh manager', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), action), { maxLength: 12 }),
        async (actions) => {
          const from = await pair({ secret: `${planted}old` });
          for (const [first, what] of actions) await act(first ? from.app : from.db, what);
          const document = copyOf(await from.app.manager.exportState());
          expect(JSON.stringify(document)).not.toContain(planted);
          const to = await pair({ secret: 'kept' });
          // the clocks of both must agree on what has ended
          await to.app.clock.advance(Math.max(0, from.app.clock.now() - to.app.clock.now()));
          const { unknown } = await soon(to.app, to.app.manager.importState(document, ann));
          expect(unknown).toEqual([]);
          const now = copyOf(await to.app.manager.exportState());
          expect(contentOf(now)).toEqual(contentOf(document));
          expect(to.app.app.current).toEqual(from.app.app.current);
          // a secret stays what it is here
          expect(to.db.app.current).toEqual({ ...from.db.app.current, name: 'kept' });
          // who has written it down has all of it
          const own = [from.app.app.current, from.db.app.current];
          await soon(from.app, from.app.manager.importState(document, ann));
          expect([from.app.app.current, from.db.app.current]).toEqual(own);
          expect(contentOf(copyOf(await from.app.manager.exportState()))).toEqual(
            contentOf(document),
          );
          expect(to.app.app.status.pinned).toBe(from.app.app.status.pinned);
          await Promise.all([from, to].map((made) => soon(made.app, made.app.manager.close())));
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  test('keep snapshots usable: they can be compared and gone back to', async () => {
    const from = await pair();
    const { id } = await from.app.app.snapshot({ description: 'first', tags: ['a'] });
    await brings(from.app, { size: 2 });
    const document = copyOf(await from.app.manager.exportState());
    const { app } = await pair();
    await soon(app, app.manager.importState(document, ann));
    expect(app.app.current).toEqual({ size: 2 });
    expect(await app.app.snapshots({ tag: 'a' })).toMatchObject([{ id, description: 'first' }]);
    expect((await app.app.diff(id)).changes).toEqual([
      { path: ['size'], kind: 'changed', before: 1, after: 2 },
    ]);
    expect((await app.app.snapshot({ description: 'second' })).id).not.toBe(id);
    await soon(app, app.app.rollback(id, ann));
    expect(app.app.current).toEqual({ size: 1 });
  });

  test('tell of overrides that went and came, and let those end that are to', async () => {
    const from = await pair();
    await from.app.app.override({ size: 5 }, { by: 'bob', reason: 'his', ttlMs: 5_000 });
    const document = copyOf(await from.app.manager.exportState());
    const { app } = await pair();
    await app.app.override({ name: 'mine' }, ann);
    await app.app.override({ name: 'mine too' }, ann);
    app.record.clear();
    await soon(app, app.manager.importState(document, ann));
    expect(app.app.current).toEqual({ size: 5 });
    expect(app.record.of('override.cleared')).toMatchObject([
      { id: 'o1', because: 'import', ...ann },
      { id: 'o2', because: 'import', ...ann },
    ]);
    expect(app.record.of('override.set')).toMatchObject([{ id: 'o3', by: 'bob' }]);
    expect(app.record.of('config.changed')).toMatchObject([{ trigger: 'import', ...ann }]);
    await app.clock.advance(5_000);
    expect(app.app.current).toEqual({ size: 1 });
  });

  test('leave out what has ended, and what is not known here, and say so', async () => {
    const from = await pair();
    await from.app.app.override({ size: 5 }, { ...ann, ttlMs: 1_000 });
    const document = copyOf(await from.app.manager.exportState());
    const made = await keeps();
    await made.clock.advance(5_000);
    const { outcomes, unknown } = await soon(made, made.manager.importState(document, ann));
    expect(unknown).toEqual(['configs.app.sources.app', 'configs.db']);
    expect([...outcomes.keys()]).toEqual(['app']);
    expect(made.app.current).toEqual({ size: 1 });
    expect(await made.app.overrides()).toEqual([]);
  });

  test('change all configs or none', async () => {
    const from = await pair();
    await brings(from.app, { size: 90 });
    const document = copyOf(await from.app.manager.exportState());
    const made = await pair();
    await brings(made.db, { size: 7 });
    await made.app.app.snapshot({ description: 'mine' });
    const before = await both(made);
    made.db.app.attach({ name: 'mule', canApply: () => 'no' });
    await expect(soon(made.app, made.app.manager.importState(document, ann))).rejects.toMatchObject(
      {
        code: 'VETOED',
        message: expect.stringContaining('changed nothing: config "db"'),
      },
    );
    expect(await both(made)).toEqual(before);
  });

  test('keep validator and bytes of a document that is the same, and forget those of another one', async () => {
    const from = await pair();
    await brings(from.app, { size: 2 });
    const document = copyOf(await from.app.manager.exportState());
    const made = await pair();
    await soon(made.app, made.app.manager.importState(document, ann));
    const validators = async (kept: Pair['app']) =>
      (await kept.app.versions())[0]!.sources[0]!.validator;
    expect(await validators(made.db)).toBeDefined();
    expect(await validators(made.app)).toBeUndefined();
    await brings(made.app, { size: 3 });
    expect(made.app.app.current).toEqual({ size: 3 });
  });

  test('exportState() takes the configs that are named, and refuses what is none', async () => {
    const { app } = await pair();
    expect(Object.keys((await app.manager.exportState({ configs: ['db'] })).configs)).toEqual([
      'db',
    ]);
    await expect(app.manager.exportState({ configs: ['dbs'] })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message:
        'Cannot use "configs" of exportState() as it must be some of app, db: current value is "dbs"',
    });
    await expect(app.manager.exportState({ config: [] } as never)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
  });
});

test('exportState() leaves a marker for each secret, and importState() keeps the one in force', async () => {
  const options = (name: string, size: number) => ({
    value: { size, name },
    schema: undefined,
    secrets: ['name'],
    cacheKeys,
  });
  const from = await keeps(options('planted-1', 1));
  await from.app.snapshot({ description: 'first' });
  await brings(from, { size: 2, name: 'planted-2' });
  await soon(from, from.app.rollback(1, ann));
  await from.app.override({ name: 'planted-3' }, ann);
  const text = JSON.stringify(await from.manager.exportState());
  expect(text).not.toContain('planted');
  expect(text.match(/"name":\{"\$holdfast":"secret"\}/g)).toHaveLength(4);
  const to = await keeps(options('own', 5));
  await soon(to, to.manager.importState(JSON.parse(text), ann));
  expect(to.app.current).toEqual({ size: 1, name: 'own' });
  const [one] = await to.app.snapshots();
  expect((await to.app.diff(one!.id)).changes).toEqual([]);
});

describe('importState() refuses', () => {
  /** A good document with one part of it replaced, whose checksum is right. */
  async function broken(path: readonly (string | number)[], value: unknown) {
    const made = await pair();
    await made.app.app.override({ size: 5 }, ann);
    await made.app.app.snapshot({ description: 'x' });
    await soon(made.app, made.app.app.pin(ann));
    const { checksum: _, ...body } = copyOf(await made.app.manager.exportState());
    const parent = path
      .slice(0, -1)
      .reduce<Record<string | number, unknown>>((at, key) => at[key] as never, body as never);
    parent[path.at(-1)!] = value;
    const document = JSON.parse(JSON.stringify(body)) as StateDocument;
    return { ...document, checksum: await checksumOf(document) };
  }

  test.each([
    [['holdfast'], 'cache', '"holdfast"', '"state"'],
    [['version'], 2, '"version"', '1'],
    [['at'], 'now', '"at"', 'a number'],
    [['configs'], [], '"configs"', 'an object'],
    [['configs', 'app'], null, '"configs.app"', 'an object'],
    [['configs', 'app', 'more'], 1, '"configs.app.more"', 'unknown'],
    [['configs', 'app', 'sources', 'app'], 5, '"configs.app.sources.app"', 'an object'],
    [
      ['configs', 'app', 'sources', 'app', 'document'],
      undefined,
      '"configs.app.sources.app.document"',
      'JSON',
    ],
    [
      ['configs', 'app', 'sources', 'app', 'doNotStore'],
      'yes',
      '"configs.app.sources.app.doNotStore"',
      'true or false',
    ],
    [['configs', 'app', 'overrides'], {}, '"configs.app.overrides"', 'a list'],
    [['configs', 'app', 'overrides', 0, 'by'], '', '"configs.app.overrides.0.by"', 'a text'],
    [
      ['configs', 'app', 'overrides', 0, 'patch'],
      [1],
      '"configs.app.overrides.0.patch"',
      'an object',
    ],
    [
      ['configs', 'app', 'overrides', 0, 'expiresAt'],
      'never',
      '"configs.app.overrides.0.expiresAt"',
      'a number',
    ],
    [
      ['configs', 'app', 'overrides', 0, 'expiresAt'],
      9e15,
      '"configs.app.overrides.0.expiresAt"',
      'a number from 0 to 8640000000000000',
    ],
    [['configs', 'app', 'pin', 'kind'], 'some', '"configs.app.pin.kind"', '"document" or "all"'],
    [['configs', 'app', 'pin', 'barred', 'app'], {}, '"configs.app.pin.barred.app"', 'a list'],
    [['configs', 'app', 'snapshots', 0, 'tags'], [5], '"configs.app.snapshots.0.tags.0"', 'a text'],
    [
      ['configs', 'app', 'snapshots', 0, 'keep'],
      1,
      '"configs.app.snapshots.0.keep"',
      'true or false',
    ],
    [['configs', 'app', 'snapshots', 1], 1, '"configs.app.snapshots.1"', 'an object'],
  ])('%j = %j by its path, and changes nothing', async (path, value, names, allowed) => {
    const document = await broken(path as (string | number)[], value);
    const made = await keeps();
    const before = await everything(made);
    await expect(soon(made, made.manager.importState(document, ann))).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining(names),
    });
    await expect(made.manager.importState(document, ann)).rejects.toThrow(allowed);
    expect(await everything(made)).toEqual(before);
  });

  test('what was cut or changed, is no JSON, or names two of one id', async () => {
    const { app } = await pair();
    const good = copyOf(await app.manager.exportState());
    const changed = JSON.parse(
      JSON.stringify(good).replace('"size":1', '"size":2'),
    ) as StateDocument;
    const wrong = async (document: unknown) =>
      soon(app, app.manager.importState(document, ann)).then(
        () => 'taken',
        (error: Error) => error.message,
      );
    expect(await wrong(changed)).toMatch(/"checksum".*it was cut or changed/);
    expect(await wrong({ ...good, checksum: undefined })).toMatch(/"checksum"/);
    expect(await wrong({ ...good, at: new Date(0) })).toMatch(/is not JSON: it is a Date at at/);
    expect(await wrong('{}')).toMatch(/an object/);
    expect(await wrong(undefined)).toMatch(/Cannot import the state/);
    await app.app.override({ size: 2 }, ann);
    const [one] = copyOf(await app.manager.exportState()).configs['app']!.overrides;
    expect(await wrong(await broken(['configs', 'app', 'overrides'], [one, one]))).toMatch(
      /"configs.app.overrides.1.id".*one that no other has/,
    );
    await expect(app.manager.importState(good, {} as never)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
  });

  test('a document beyond the limits, and a marker that nothing stands for', async () => {
    const made = await keeps();
    const name = Object.keys((await made.manager.exportState()).configs['app']!.sources)[0]!;
    const path = ['configs', 'app', 'sources', name];
    const deep = JSON.parse('{"a":'.repeat(70) + '1' + '}'.repeat(70)) as JsonValue;
    const refused = async (document: JsonValue) => {
      const wrong = await broken(path, { document });
      return soon(made, made.manager.importState(wrong, ann)).then(
        () => 'taken',
        (error: Error) => error.message,
      );
    };
    expect(await refused(deep)).toMatch(/nested deeper than 64/);
    expect(await refused({ size: 1, name: { $holdfast: 'secret' } })).toMatch(
      /has a marker at name, and no secret is in force/,
    );
    expect(await refused({ size: { $holdfast: 'secret' } })).toBe('taken');
    expect(made.app.source().document()).toEqual({ size: 1 });
  });

  test('more overrides than a config may have', async () => {
    const one = { patch: { size: 2 }, ...ann, at: 0, persist: false };
    const overrides = Array.from({ length: 1_001 }, (_, i) => ({ id: `o${i}`, ...one }));
    const made = await keeps();
    const before = await everything(made);
    const document = await broken(['configs', 'app', 'overrides'], overrides);
    await expect(soon(made, made.manager.importState(document, ann))).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('There would be 1001 overrides, and may be 1000'),
    });
    expect(await everything(made)).toEqual(before);
  });
});

test('importState() takes the state of two configs in one step', async () => {
  const from = await pair();
  await brings(from.app, { size: 3 });
  await brings(from.db, { size: 4 });
  const document = copyOf(await from.app.manager.exportState());
  const made = await pair();
  const seen: unknown[] = [];
  made.app.app.onChange(() => seen.push(sizes(made)));
  made.db.app.onChange(() => seen.push(sizes(made)));
  await soon(made.app, made.app.manager.importState(document, ann));
  expect(seen).toEqual([
    [3, 4],
    [3, 4],
  ]);
});

test('importState() looks at each key of a large object once', async () => {
  const from = await keeps({ schema: undefined });
  const patch = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`key${i}`, i]));
  await soon(from, from.app.override(patch, ann));
  const document = copyOf(await from.manager.exportState());
  const to = await keeps({ schema: undefined });
  // what is asked of each key, and goes through all of them, takes a second for twenty thousand
  const asked = vi.spyOn(Array.prototype, 'includes');
  await soon(to, to.manager.importState(document, ann));
  const wide = asked.mock.contexts.filter((list) => (list as readonly unknown[]).length >= 2_000);
  asked.mockRestore();
  expect(wide).toHaveLength(0);
  expect(to.app.current).toMatchObject({ key1999: 1_999 });
});

test('importState() takes as many barred documents as a rollback leaves, and claims no restart without a cache', async () => {
  const made = await keeps();
  await brings(made, { size: 2 });
  await soon(made, made.app.rollback(1, ann));
  await soon(made, made.app.override({ name: 'kept' }, { ...ann, persist: true }));
  const { checksum: _, ...body } = copyOf(await made.manager.exportState());
  const { pin, ...rest } = body.configs['app']!;
  const many = [...Array(1_000).keys()].map((size) => ({ size }));
  const configs = { app: { ...rest, pin: { ...pin!, barred: { mock: many } } } };
  const state = { ...body, configs, checksum: await checksumOf({ ...body, configs }) };

  const { manager, clock } = createTestManager();
  const app = manager.register('app', { loader: mockLoader({ value: { size: 1 } }) });
  await clock.advance(1);
  await soon({ clock }, manager.importState(state, ann));
  expect(await app.overrides()).toMatchObject([{ patch: { name: 'kept' }, persist: false }]);
  const again = await manager.exportState();
  expect(again.configs['app']!.pin!.barred['mock']).toEqual(many.slice(-20));
});

describe('importState() with more snapshots than may be kept', () => {
  const name = 'x'.repeat(3_000);
  /** Of a process that may keep more: the same large document three times, with a small one between them. */
  async function many(keep: boolean): Promise<StateDocument> {
    const from = await keeps();
    for (const [i, value] of [{ size: 1, name }, { size: 2 }, { size: 3, name }].entries()) {
      await brings(from, value);
      await from.app.snapshot({ description: String(i), keep: keep && i !== 1 });
      if (value.name) await from.app.snapshot({ description: `${i} again`, keep });
    }
    return copyOf(await from.manager.exportState());
  }
  const taken = async (document: StateDocument, history: object) => {
    const made = await keeps({ history });
    await soon(made, made.manager.importState(document, ann));
    return (await made.app.snapshots()).map(({ description }) => description);
  };

  test('lets the oldest go that need not be kept, and counts what they share once', async () => {
    const document = await many(false);
    expect(await taken(document, { bytes: 6_500 })).toEqual(['0', '0 again', '1', '2', '2 again']);
    expect(await taken(document, { bytes: 6_000 })).toEqual(['1', '2', '2 again']);
    expect(await taken(document, { snapshots: 1 })).toEqual(['2 again']);
    expect(await taken(await many(true), { snapshots: 4 })).not.toContain('1');
  });

  test.each([
    [6_000, 'the snapshots that would have to stay are too large: delete one, or allow'],
    [2_000, 'one snapshot alone is too large: allow'],
  ])(
    'rejects when all must be kept within %i bytes, and has changed nothing',
    async (bytes, why) => {
      const document = await many(true);
      const made = await keeps({ history: { bytes } });
      const before = await everything(made);
      await expect(soon(made, made.manager.importState(document, ann))).rejects.toMatchObject({
        code: 'LIMIT_EXCEEDED',
        message: expect.stringContaining(`${why} more than ${bytes} bytes (history.bytes)`),
      });
      expect(await everything(made)).toEqual(before);
    },
  );
});
