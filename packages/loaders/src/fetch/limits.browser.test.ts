import type { WatchRequest } from '@holdfast/core';
import { expect, inject, test, vi } from 'vitest';
import { fetchLoader } from '../fetch.ts';
import { loadDocument, loadFailure, loadRequest } from '../http/load.fixture.ts';
import type { SeenRequest } from './origin-server.fixture.ts';

// Named after the rows of docs/fetch-loader.md. They run in a browser (`pnpm matrix`), from a page of another origin.

const origin = inject('origin');
let tags = 0;

/** A URL of its own, and what the origin has seen of it. */
function resource(path: string): { url: string; seen: () => Promise<SeenRequest[]> } {
  const tag = `t${(tags += 1)}`;
  return {
    url: `${origin}${path}?${tag}`,
    seen: async () => (await fetch(`${origin}/seen/${tag}`)).json() as Promise<SeenRequest[]>,
  };
}

test('F3 redirects: where one leads is hidden', async () => {
  const { url } = resource('/redirect');
  const error = await loadFailure(fetchLoader({ url, name: 'app', redirects: 'same-origin' }));
  expect(error).toMatchObject({ failure: 'status', retry: 'backoff' });
  expect(error.message).toContain('a redirect, which this platform hides');
  expect(error.message).not.toContain('s3cret');
});

test('F4 CORS hides tags and times unless the origin exposes them', async () => {
  const hidden = await loadDocument(fetchLoader({ url: resource('/hidden').url }));
  expect(hidden.validator).toMatchObject({ etag: undefined, lastModified: expect.any(String) });
  expect(hidden.hints).toEqual({ freshForMs: 60_000, doNotStore: undefined, ageMs: undefined });
  const exposed = await loadDocument(fetchLoader({ url: resource('/exposed').url }));
  expect(exposed.validator?.etag).toBe('"v1"');
  expect(exposed.hints?.ageMs).toBe(10_000);
  const busy = await loadFailure(fetchLoader({ url: resource('/busy').url }));
  expect(busy).toMatchObject({ status: 503, retryAfterMs: undefined });
});

test('F6 errors: an answer that CORS forbids looks like no connection', async () => {
  const { url } = resource('/no-cors');
  const error = await loadFailure(fetchLoader({ url: `${url}&token=s3cret` }));
  expect(error).toMatchObject({ failure: 'connect', retry: 'backoff' });
  expect(error.message).toContain('the platform tells no more');
  expect(error.message).not.toContain('s3cret');
});

test.each([['/exposed'], ['/hidden']])(
  'F9 preflights: a condition costs one, and the 304 of %s comes through',
  async (path) => {
    const { url, seen } = resource(path);
    const loader = fetchLoader({ url });
    const { validator: known } = await loadDocument(loader);
    expect((await seen()).map(({ method }) => method)).toEqual(['GET']);
    expect(await loader.load(loadRequest({ known }))).toMatchObject({ kind: 'unchanged' });
    expect((await seen()).map(({ method }) => method)).toEqual(['GET', 'OPTIONS', 'GET']);
  },
);

test('F10 headers: what a browser keeps to itself is warned about, and not sent', async () => {
  const { url, seen } = resource('/exposed');
  const headers = { cookie: 'a=s3cret', host: 'evil.test', 'x-region': 'eu' };
  const loader = fetchLoader({ url, headers });
  expect(loader.warnings).toEqual([
    'The header "cookie" is never sent: this platform keeps it to itself',
    'The header "host" is never sent: this platform keeps it to itself',
  ]);
  await loadDocument(loader);
  const asked = (await seen()).at(-1)!;
  expect(asked.headers).toMatchObject({ 'x-region': 'eu', host: new URL(origin).host });
  expect(asked.headers).not.toHaveProperty('cookie');
});

test('F11 cookies: none are sent, whatever the origin has set', async () => {
  const { url, seen } = resource('/exposed');
  const loader = fetchLoader({ url });
  await loadDocument(loader);
  await loadDocument(loader);
  for (const { headers } of await seen()) expect(headers).not.toHaveProperty('cookie');
});

test('F13 the cache of the browser never answers for the origin', async () => {
  const { url, seen } = resource('/max-age');
  const loader = fetchLoader({ url });
  await loadDocument(loader);
  await loadDocument(loader);
  const asked = await seen();
  expect(asked).toHaveLength(2);
  expect(asked[0]!.headers).toMatchObject({ 'cache-control': 'no-cache', pragma: 'no-cache' });
});

test('F14 events: `online` and a page that is seen again poke the loop', async () => {
  const page = globalThis as unknown as EventTarget & { readonly document: EventTarget };
  const controller = new AbortController();
  const changed = vi.fn<() => void>();
  const request = { ...loadRequest({ signal: controller.signal }), changed };
  const watching = fetchLoader({ url: `${origin}/exposed` }).watch!(
    request as unknown as WatchRequest,
  );
  page.dispatchEvent(new Event('online'));
  expect(changed).toHaveBeenCalledTimes(1);
  page.document.dispatchEvent(new Event('visibilitychange'));
  expect(changed).toHaveBeenCalledTimes(2);
  controller.abort();
  await watching;
  page.dispatchEvent(new Event('online'));
  expect(changed).toHaveBeenCalledTimes(2);
});

test('F15 a relative URL is one of the page', () => {
  const { href } = (globalThis as unknown as { readonly location: { readonly href: string } })
    .location;
  expect(fetchLoader({ url: '/app.json' }).key).toBe(new URL('/app.json', href).href);
});
