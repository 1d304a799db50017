import { memoryCache } from '@holdfast/core/memory-cache';
import { expect, test } from 'vitest';
import { ann, begin, type Kept, soon } from './history.fixture.ts';

/** The cache does not answer any more. */
async function hanging(): Promise<Kept> {
  const inner = memoryCache();
  let hangs = false;
  const made = begin({
    cache: {
      read: (key) => inner.read(key),
      remove: (key) => inner.remove(key),
      write: (key, bytes) => (hangs ? new Promise<never>(() => {}) : inner.write(key, bytes)),
    },
  });
  await made.clock.advance(1);
  hangs = true;
  return made;
}

/** How it ended, as soon as it has. */
function ending(call: Promise<unknown>): { now: unknown } {
  const is: { now: unknown } = { now: 'pending' };
  call.then(
    () => (is.now = 'resolved'),
    (error: unknown) => (is.now = error),
  );
  return is;
}

const UNWRITTEN = {
  code: 'CACHE_FAILED',
  message:
    'Config "app": it is in force, but not written down, so that a restart does not know of it: no answer within 5000 ms',
};

test.each<[string, (made: Kept) => Promise<unknown>]>([
  ['override', ({ app }) => app.override({ size: 7 }, { ...ann, persist: true })],
  ['pin', ({ app }) => app.pin(ann)],
  [
    'transaction',
    ({ app, manager }) =>
      manager.transaction((tx) => tx.override(app, { size: 7 }, { persist: true }), ann),
  ],
])('%s() that a hanging cache cannot write down says so after a while', async (of, call) => {
  const made = await hanging();
  const end = ending(call(made));
  await made.clock.advance(4_999);
  expect(end.now).toBe('pending');
  await made.clock.advance(1);
  expect(end.now).toMatchObject(UNWRITTEN);
  const { size } = made.app.current;
  expect([size, made.app.status.pinned]).toEqual(of === 'pin' ? [1, 'all'] : [7, undefined]);
});

test('what is not written down settles also when the manager is closed meanwhile', async () => {
  const made = await hanging();
  const end = ending(made.app.override({ size: 7 }, { ...ann, persist: true }));
  await made.clock.advance(1);
  const closing = made.manager.close();
  await made.clock.advance(5_000);
  await closing;
  expect(end.now).toMatchObject(UNWRITTEN);
});

test('an override that no restart keeps does not wait for what the cache writes for another', async () => {
  const made = await hanging();
  made.app.override({ size: 7 }, { ...ann, persist: true }).catch(() => {});
  await made.clock.advance(1);
  const held = await soon(made, made.app.override({ size: 8 }, ann));
  expect(made.app.current).toEqual({ size: 8 });
  expect(await soon(made, held.clear())).toMatchObject({ kind: 'accepted' });
});
