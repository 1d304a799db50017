import { expect, test } from 'vitest';
import type { Config } from './config.ts';
import { iterateChanges } from './iterate-changes.ts';
import { Subscriptions } from './subscriptions.ts';

/** A config of which only it matters that something settles, and who waits for it. */
function settling() {
  const subscriptions = new Subscriptions();
  let held = 0;
  const onSettled = {
    add(call: () => void) {
      const off = subscriptions.add(call);
      held += 1;
      return () => {
        held -= 1;
        off();
      };
    },
    call: () => subscriptions.call(),
  };
  return {
    config: { onSettled, closed: false } as unknown as Config,
    settle: () => subscriptions.call(),
    held: () => held,
  };
}

test('iterateChanges() listens only while somebody waits: one that is left after a change is held by nobody', async () => {
  const { config, settle, held } = settling();
  const found: string[] = [];
  const iterator = iterateChanges(config, () => found.pop(), undefined);
  const first = iterator.next();
  expect(held()).toBe(1);
  found.push('a change');
  settle();
  expect(await first).toEqual({ value: 'a change', done: false });
  expect(held()).toBe(0);
});

test('iterateChanges() listens no more once its signal has aborted', async () => {
  const { config, held } = settling();
  const controller = new AbortController();
  const iterator = iterateChanges(config, () => undefined, controller.signal);
  const first = iterator.next();
  controller.abort();
  expect(await first).toEqual({ value: undefined, done: true });
  expect(held()).toBe(0);
});
