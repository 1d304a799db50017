import { createHash } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { memoryCache } from '@holdfast/core/memory-cache';
import type { Cache } from '@holdfast/core';
import { preload } from '@holdfast/core/preload';
import { createTestManager, manualClock, mockLoader } from '@holdfast/testing';
import { ann, begin, brings, keeps, type Kept, type Size, soon, upTo } from './history.fixture.ts';

describe('an override of before the restart that the schema of today refuses', () => {
  /** It is written down; nothing else is. */
  async function written(ttlMs?: number): Promise<Cache> {
    const cache = memoryCache();
    const made = await keeps({ cache });
    const options = { ...ann, persist: true, ...(ttlMs !== undefined && { ttlMs }) };
    await soon(made, made.app.override({ size: 90 }, options));
    await made.manager.close();
    return cache;
  }

  /** Documents came, and each was refused for its sake. */
  async function blocked(cache: Cache): Promise<Kept> {
    const made = begin({ cache, schema: upTo(50) });
    await made.clock.advance(10);
    expect(() => made.app.current).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
    return made;
  }

  test('can be cleared, and lets the document in', async () => {
    const made = await blocked(await written());
    // refused for ever: without a document there was no value to come to, and it let none in
    expect(await soon(made, made.app.clearOverrides(ann))).toEqual({ kind: 'unchanged' });
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.record.of('override.cleared')).toMatchObject([{ id: 'o1', because: 'cleared' }]);
    expect(made.stored()).not.toContain('persist');
  });

  test('ends when its time is over', async () => {
    const made = await blocked(await written(300_000));
    await made.clock.advance(300_000);
    expect(made.app.current).toEqual({ size: 1 });
    expect(await made.app.overrides()).toEqual([]);
    expect(made.record.of('override.cleared')).toMatchObject([{ id: 'o1', because: 'expired' }]);
  });
});

test.each([
  [
    'a rule',
    (made: Kept) => {
      made.app.rule('size', (() => Promise.reject(new Error('late'))) as never, 'no');
      return brings(made, { size: 2 });
    },
  ],
  [
    'the function of an override',
    (made: Kept) =>
      soon(made, made.app.override((() => Promise.reject(new Error('late'))) as never, ann)).catch(
        () => {},
      ),
  ],
])('%s that rejects, where no promise is wanted, does not end the process', async (_, run) => {
  const made = await keeps();
  const unhandled = vi.fn<(error: unknown) => void>();
  process.on('unhandledRejection', unhandled);
  await run(made);
  await new Promise(setImmediate);
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  expect(made.app.current).toEqual({ size: 1 });
});

test('override() of a path, with its options forgotten, does not quote the value', async () => {
  const { app } = await keeps({ secrets: ['name'] });
  await expect(app.override('name' as never, 's3cr3t' as never)).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.not.stringContaining('s3cr3t'),
  });
});

test.each([undefined, null, 5, {}])(
  'rule() of %s for a path throws, and refuses nothing',
  async (path) => {
    const made = await keeps();
    expect(() => made.app.rule(path as never, () => true, 'no')).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
    await brings(made, { size: 2 });
    expect(made.app.current).toEqual({ size: 2 });
  },
);

test('overrides and pins of before the restart outlive the veto of a participant', async () => {
  const cache = memoryCache();
  const defaults = { size: 0 };
  const first = await keeps({ cache, defaults });
  await soon(first, first.app.override({ size: 50 }, { ...ann, persist: true }));
  await soon(first, first.app.pin(ann));
  await first.manager.close();
  const made = begin({ cache, defaults, value: { size: 1, name: 'new' } });
  let asked = 0;
  made.app.attach({ name: 'pool', canApply: () => asked++ > 0 });
  await made.clock.advance(120_000);
  // both were gone, and from the disk with the next record
  expect(made.app.status.pinned).toBe('all');
  expect(await made.app.overrides()).toMatchObject([{ id: 'o1', persist: true }]);
  expect(made.app.current).toEqual({ size: 50 });
});

test('an override of before the restart is no value before there is a document', async () => {
  const inner = memoryCache();
  const first = await keeps({ cache: inner, schema: undefined, value: { size: 1, name: 'a' } });
  await soon(first, first.app.override({ size: 7 }, { ...ann, persist: true }));
  await first.manager.close();
  // the record of the document is lost, that of the override is not
  const read: Cache['read'] = async (key) => {
    const records = await inner.read(key);
    return records.filter(({ bytes }) => new TextDecoder().decode(bytes).includes('overrides'));
  };
  const made = begin({
    cache: { ...inner, read },
    schema: undefined,
    value: { size: 2, name: 'b' },
  });
  made.loader.fail(1);
  await made.clock.advance(1);
  // { size: 7 }, and no name
  expect(() => made.app.current).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
  await made.clock.advance(600_000);
  expect(made.app.current).toEqual({ size: 7, name: 'b' });
});

const because = { by: 'ann', reason: 'a test', at: 1 };

test.each([
  ['a pin that bars nothing', { pin: { kind: 'document', ...because } }],
  ['a pin of another kind', { pin: { kind: 'some', barred: [], ...because } }],
  ['a pin that is a number', { pin: 5 }],
  ['an override whose patch is a number', { overrides: [{ id: 'o1', patch: 5, ...because }] }],
  ['an override without a patch', { overrides: [{ id: 'o1', ...because }] }],
  ['two overrides of one id', { overrides: [1, 2].map((size) => ({ id: 'o1', patch: { size } })) }],
  ['overrides that are no list', { overrides: { o1: {} } }],
  ['a list', []],
])(
  'a record of overrides and pins with %s is left alone, and harms no document',
  async (_, raw) => {
    const inner = memoryCache();
    const first = await keeps({ cache: inner });
    await soon(first, first.app.override({ size: 7 }, { ...ann, persist: true }));
    await first.manager.close();
    const read: Cache['read'] = async (key) =>
      (await inner.read(key)).map((record) => {
        const isIt = new TextDecoder().decode(record.bytes).includes('"overrides"');
        return isIt ? { ...record, bytes: recordOf(key, raw) } : record;
      });
    const made = begin({ cache: { ...inner, read }, value: { size: 2 } });
    await made.clock.advance(120_000);
    expect(made.app.current).toEqual({ size: 2 });
    expect(await made.app.overrides()).toEqual([]);
    expect(made.app.status.pinned).toBeUndefined();
    expect(made.record.of('listener.failed')).toMatchObject([
      { error: { message: expect.stringContaining('restoring overrides and pins failed') } },
    ]);
  },
);

/** A whole record, as another release could have written it. */
function recordOf(key: string, raw: unknown): Uint8Array {
  const body = JSON.stringify(raw);
  const meta = { form: 'value' };
  const hash = createHash('sha256').update(`${key}
${JSON.stringify(meta)}
${body}`);
  const header = { holdfast: 1, checksum: hash.digest('hex'), ...meta };
  return new TextEncoder().encode(`${JSON.stringify(header)}
${body}`);
}

test('T1 an override ends in its time when the wall clock steps back', async () => {
  const made = await keeps();
  await soon(made, made.app.override({ size: 7 }, { ...ann, ttlMs: 5_000 }));
  made.clock.step(-3_600_000);
  await made.clock.advance(5_000);
  // after another hour
  expect(made.app.current).toEqual({ size: 1 });
});

describe('a pin of everything, and a participant that vetoes the cached document at the start', () => {
  /** What is pinned is `{ size: 1 }`; the source has `now` after the restart. */
  async function restarted(now: number, vetoes: number): Promise<Kept> {
    const cache = memoryCache();
    const defaults = { size: 0 };
    const first = await keeps({ cache, defaults });
    await soon(first, first.app.pin(ann));
    await first.manager.close();
    const made = begin({ cache, defaults, value: { size: now } });
    let asked = 0;
    made.app.attach({ name: 'pool', canApply: () => asked++ >= vetoes });
    await made.clock.advance(1);
    expect(made.app.current).toEqual({ size: 0 });
    return made;
  }

  test.each([
    ['has it still', 1],
    ['has another one', 2],
  ])('the document is tried again, when the source %s', async (_, now) => {
    const made = await restarted(now, 3);
    const [source] = made.app.status.sources;
    expect(source?.waiting).toMatchObject({ kind: 'vetoed' });
    await made.clock.advance(600_000);
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status.pinned).toBe('all');
    // what the source has beside it is pinned away as ever
    const left = made.app.status.sources[0]?.waiting?.kind;
    expect(left).toBe(now === 1 ? undefined : 'barred');
  });

  test('a document that came after it stays away from what is pinned anew', async () => {
    const made = await restarted(2, 3);
    await soon(made, made.app.pin(ann));
    await made.clock.advance(600_000);
    expect(made.app.current).toEqual({ size: 0 });
    expect(made.app.status.sources[0]?.waiting).toMatchObject({ kind: 'barred' });
  });

  test('unpin() lets in what the source has', async () => {
    const made = await restarted(2, 3);
    await soon(made, made.app.unpin(ann));
    await made.clock.advance(600_000);
    expect(made.app.current).toEqual({ size: 2 });
  });
});

test.each([
  ['has it still', 1, undefined],
  ['has another one', 2, 'barred'],
])(
  'a pinned document that a rule refuses at the start is in force when the rule goes, where the source %s',
  async (_, now, left) => {
    const cache = memoryCache();
    const defaults = { size: 0 };
    const first = await keeps({ cache, defaults });
    await soon(first, first.app.pin(ann));
    await first.manager.close();
    const made = begin({ cache, defaults, value: { size: now } });
    const off = made.app.rule('size', (size) => size === 0, 'too large');
    await made.clock.advance(120_000);
    expect(made.app.current).toEqual({ size: 0 });
    expect(made.app.status.sources[0]?.waiting).toMatchObject({ kind: 'kept' });
    off();
    await made.clock.advance(120_000);
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status.sources[0]?.waiting?.kind).toBe(left);
  },
);

describe('without a schema, an override before the first document', () => {
  const early = { schema: undefined };

  test('is refused as with one, and so is its dry run', async () => {
    const made = begin(early);
    made.loader.fail(1);
    const why = /undefined.*there is no document yet: await ready\(\) first$/;
    await expect(soon(made, made.app.override({ size: 7 }, ann))).rejects.toMatchObject({
      code: 'SCHEMA_FAILED',
      message: expect.stringMatching(why),
    });
    const trial = await made.app.override({ size: 7 }, { ...ann, dryRun: true });
    expect(trial.problems).toMatchObject([{ code: 'SCHEMA_FAILED' }]);
    expect(() => made.app.current).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
    await made.clock.advance(600_000);
    expect(made.app.current).toEqual({ size: 1 });
    expect(await made.app.overrides()).toEqual([]);
  });

  test('is laid over defaults', async () => {
    const made = begin({ ...early, defaults: { size: 0, name: 'a' } });
    made.loader.fail(1);
    await soon(made, made.app.override({ size: 7 }, ann));
    expect(made.app.current).toEqual({ size: 7, name: 'a' });
  });

  test('is no value either when the last document of an optional source is gone', async () => {
    const { manager, clock } = createTestManager({ clock: manualClock({ preload: [preload] }) });
    const loader = mockLoader({ value: { size: 1, name: 'a' } });
    const sources = [{ name: 'only', loader, optional: true }];
    const app = manager.register<Size>('app', { sources } as never);
    await clock.advance(1);
    await soon({ clock }, app.override({ size: 7 }, ann));
    loader.absent();
    await soon({ clock }, app.refresh());
    // { size: 7 }, and no name
    expect(app.current).toEqual({ size: 7, name: 'a' });
  });
});

describe('of more than a thousand overrides', () => {
  /** A thousand are in force. */
  async function full(): Promise<Kept> {
    const made = await keeps();
    for (let size = 1; size <= 1_000; size += 500) {
      const steps = Array.from({ length: 500 }, (_, i) => ({ size: (size + i) % 100 }));
      await soon(
        made,
        made.manager.transaction((tx) => {
          for (const step of steps) tx.override(made.app, step);
        }, ann),
      );
    }
    return made;
  }

  test('one is refused, with the number and what to do', async () => {
    const made = await full();
    const before = made.app.status.version;
    const wrong = {
      code: 'LIMIT_EXCEEDED',
      message:
        'Config "app": There would be 1001 overrides, and may be 1000: clear some, or let them end by themselves (ttlMs)',
    };
    await expect(made.app.override({ size: 3 }, ann)).rejects.toMatchObject(wrong);
    const trial = await made.app.override({ size: 3 }, { ...ann, dryRun: true });
    expect(trial.problems).toMatchObject([wrong]);
    expect(made.app.status).toMatchObject({ version: before, overrides: 1_000 });
    await made.app.clearOverrides(ann);
    await made.app.override({ size: 3 }, ann);
    expect(made.app.current).toEqual({ size: 3 });
  }, 30_000);
});
