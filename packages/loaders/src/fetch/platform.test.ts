import { afterEach, expect, test, vi } from 'vitest';
import { type FetchFunction, fetchLoader } from '../fetch.ts';
import { loadDocument, loadRequest } from '../http/load.fixture.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const url = 'https://config.test/app.json';

/** A platform that throws at what it does not know, as workerd does. */
function pickyPlatform(...unknown: readonly string[]): void {
  class PickyRequest extends Request {
    constructor(input: string, init: RequestInit) {
      const field = unknown.find((name) => name in init);
      if (field !== undefined) throw new Error(`The '${field}' field is not implemented.`);
      super(input, init);
    }
  }
  vi.stubGlobal('Request', PickyRequest);
}

/** A platform that leaves this header out without a word. */
function browserWithout(header: string): void {
  class BrowserRequest extends Request {
    constructor(input: string, init: RequestInit) {
      const fields = Object.entries((init.headers ?? {}) as Record<string, string>);
      super(input, { headers: fields.filter(([name]) => name !== header) });
    }
  }
  vi.stubGlobal('Request', BrowserRequest);
}

test('F2 encodings: where the platform asks for them, deflate is taken, and nothing is sent', async () => {
  browserWithout('accept-encoding');
  const headers = { 'content-encoding': 'deflate' };
  const fetch = vi.fn<FetchFunction>(async () => new Response('{"a":1}', { headers }));
  expect((await loadDocument(fetchLoader({ url, fetch }))).raw).toHaveLength(7);
  expect(fetch.mock.calls[0]![1].headers).not.toHaveProperty('accept-encoding');
});

test('fetchLoader() leaves out what the platform would throw at', async () => {
  pickyPlatform('cache', 'credentials');
  const fetch = vi.fn<FetchFunction>(async () => Response.json({}));
  await loadDocument(fetchLoader({ url, fetch }));
  expect(Object.keys(fetch.mock.calls[0]![1]).toSorted()).toEqual([
    'headers',
    'redirect',
    'signal',
  ]);
  expect(() => fetchLoader({ url, fetch, credentials: 'include' })).toThrow(
    `Cannot use "credentials" of fetchLoader() as it must be "omit" on this platform`,
  );
});

test('fetchLoader() trusts its fetch where there is no Request to ask', async () => {
  vi.stubGlobal('Request', undefined);
  const fetch = vi.fn<FetchFunction>(async () => Response.json({}));
  await loadDocument(fetchLoader({ url, fetch, headers: { cookie: 'a=b' } }));
  expect(fetch.mock.calls[0]![1]).toMatchObject({ cache: 'no-store', credentials: 'omit' });
});

test('fetchLoader() warns of a header that the platform leaves out without a word', () => {
  browserWithout('cookie');
  const { warnings } = fetchLoader({ url, headers: { Cookie: 'a=s3cret', 'x-y': 'z' } });
  expect(warnings).toEqual(['The header "cookie" is never sent: this platform keeps it to itself']);
});

test('fetchLoader() looks fetch up at each request, and calls it as a function', async () => {
  const loader = fetchLoader({ url });
  vi.stubGlobal('fetch', async function (this: unknown) {
    expect(this).toBeUndefined();
    return Response.json({ late: true });
  });
  const { raw } = await loadDocument(loader);
  expect(new TextDecoder().decode(raw as Uint8Array)).toBe('{"late":true}');
});

test('load() asks at once where nothing is known: the mark of the resource is made meanwhile', async () => {
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  const order: string[] = [];
  vi.spyOn(crypto.subtle, 'digest').mockImplementation((...input) => {
    order.push('mark');
    return digest(...input);
  });
  const fetch = vi.fn<FetchFunction>(async () => {
    order.push('request');
    return Response.json({}, { headers: { etag: '"1"' } });
  });
  const loader = fetchLoader({ url, fetch });
  const { validator } = await loadDocument(loader);
  expect(validator).toMatchObject({ etag: '"1"', origin: expect.stringMatching(/^[0-9a-f]{64}$/) });
  await loadDocument(fetchLoader({ url, fetch }), loadRequest({ known: validator }));
  expect(order).toEqual(['request', 'mark', 'mark', 'request']);
  expect(fetch.mock.calls[1]![1].headers).toMatchObject({ 'if-none-match': '"1"' });
});

test('fetchLoader() resolves a relative URL against the page', () => {
  vi.stubGlobal('location', { href: 'https://app.test/deep/page.html?a=1' });
  expect(fetchLoader({ url: '/config/app.json' })).toMatchObject({
    key: 'https://app.test/config/app.json',
    name: 'http app.test/config/app.json',
  });
});
