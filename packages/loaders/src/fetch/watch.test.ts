import type { WatchRequest } from '@holdfast/core';
import { expect, test, vi } from 'vitest';
import { loadRequest } from '../http/load.fixture.ts';
import { watchFor } from './watch.ts';

/** A page, or a part of one. */
class Page extends EventTarget {
  readonly ononline = null;
  readonly document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
}

/** A worker: it hears of the network, and has no document. */
class Scope extends EventTarget {
  readonly ononline = null;
}

function watchRequest(signal: AbortSignal) {
  const none = (name: string) => (): never => expect.fail(`${name}() was called`);
  const changed = vi.fn<() => void>();
  const request: WatchRequest = {
    ...loadRequest({ signal }),
    known: none('known'),
    connected: none('connected'),
    offer: none('offer'),
    changed,
  };
  return { request, changed };
}

test('watchFor() gives nothing where there are no such events, or the engine would restart it for ever', () => {
  expect(watchFor(globalThis)).toBeUndefined();
  // Deno: a place for events, but none of the network
  expect(watchFor(new EventTarget())).toBeUndefined();
  expect(watchFor({ ononline: null })).toBeUndefined();
});

test('watch() pokes when the network comes back and when the page is seen, until it is ended', async () => {
  const page = new Page();
  const controller = new AbortController();
  const { request, changed } = watchRequest(controller.signal);
  const watching = watchFor(page)!(request);
  page.dispatchEvent(new Event('online'));
  expect(changed).toHaveBeenCalledTimes(1);
  page.document.dispatchEvent(new Event('visibilitychange'));
  expect(changed).toHaveBeenCalledTimes(2);
  page.document.visibilityState = 'hidden';
  page.document.dispatchEvent(new Event('visibilitychange'));
  page.dispatchEvent(new Event('offline'));
  expect(changed).toHaveBeenCalledTimes(2);

  controller.abort();
  await watching;
  page.document.visibilityState = 'visible';
  page.dispatchEvent(new Event('online'));
  page.document.dispatchEvent(new Event('visibilitychange'));
  expect(changed).toHaveBeenCalledTimes(2);
});

test('watch() of a worker pokes when the network comes back', async () => {
  const scope = new Scope();
  const controller = new AbortController();
  const { request, changed } = watchRequest(controller.signal);
  const watching = watchFor(scope)!(request);
  scope.dispatchEvent(new Event('online'));
  expect(changed).toHaveBeenCalledTimes(1);
  controller.abort();
  await watching;
});

test('watch() ends at once when its signal has aborted already', async () => {
  const { request } = watchRequest(AbortSignal.abort());
  await expect(watchFor(new Page())!(request)).resolves.toBeUndefined();
});
