import { createContract } from '@holdfast/core/contracts';
import { preload } from '@holdfast/core/preload';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

beforeAll(preload);

const first = { version: 1, pool: { size: 4 }, theme: 'light' };
const pool = createContract({
  name: 'pool',
  schema: z.object({ size: z.int().positive() }),
  compatible: [1, 2],
});

async function scene() {
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: first });
  const app = manager.register('app', { loader });
  await clock.advance(0);
  const serve = async (document: typeof first) => {
    loader.next(document);
    const refreshed = app.refresh();
    await clock.advance(0);
    return refreshed;
  };
  return { clock, app, serve };
}

test.each([
  [
    'does not fit its schema',
    { ...first, pool: { size: 0 } },
    'at pool does not fit the schema: size',
  ],
  [
    'it cannot read the version of',
    { ...first, version: 3 },
    'cannot read version 3 of the document',
  ],
])('a required contract refuses a document that %s, by its name', async (_, document, why) => {
  const { app, serve } = await scene();
  const view = app.contract(pool, { path: 'pool', required: true });
  const before = app.current;
  const outcome = await serve({ ...document, theme: 'dark' });
  expect(outcome).toMatchObject({ kind: 'refused', error: { code: 'CHECK_FAILED' } });
  const message = outcome.kind === 'refused' ? outcome.error.message : '';
  expect(message).toContain('contract "pool"');
  expect(message).toContain(why);
  expect([app.current, view.current]).toEqual([before, { size: 4 }]);
  expect(app.current).toBe(before);
});

test('a contract that is not required refuses no document', async () => {
  const { app, serve } = await scene();
  app.contract(pool, { path: 'pool' });
  expect(await serve({ ...first, pool: { size: 0 } })).toMatchObject({ kind: 'accepted' });
});

test('a required contract refuses nothing once its signal aborted; the document that waited is tried again', async () => {
  const { app, clock, serve } = await scene();
  const unloaded = new AbortController();
  app.contract(pool, { path: 'pool', required: true, signal: unloaded.signal });
  expect(await serve({ ...first, pool: { size: 0 } })).toMatchObject({ kind: 'refused' });
  unloaded.abort();
  await clock.advance(0);
  expect(app.get('pool.size')).toBe(0);
});

test('a required contract whose signal aborted already refuses nothing', async () => {
  const { app, serve } = await scene();
  app.contract(pool, { path: 'pool', required: true, signal: AbortSignal.abort() });
  expect(await serve({ ...first, pool: { size: 0 } })).toMatchObject({ kind: 'accepted' });
});

test('with() throws CHECK_FAILED for overrides that a required contract refuses', async () => {
  const { app } = await scene();
  app.contract(pool, { path: 'pool', required: true });
  expect(() => app.with({ pool: { size: 0 } })).toThrow(
    expect.objectContaining({
      code: 'CHECK_FAILED',
      message: expect.stringContaining(
        'with overrides of pool.size is refused by contract "pool": at pool',
      ),
    }),
  );
  expect(app.with({ pool: { size: 9 } }).current).toEqual({ ...first, pool: { size: 9 } });
});

test('with() takes what a rule throws for its verdict', async () => {
  const { app } = await scene();
  app.rule(
    'pool.size',
    () => {
      throw new Error('oops');
    },
    'never',
  );
  expect(() => app.with({ pool: { size: 9 } })).toThrow(
    expect.objectContaining({ code: 'CHECK_FAILED' }),
  );
});
