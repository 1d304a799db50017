import { expect, test, vi } from 'vitest';
import { type FetchFunction, fetchLoader } from '../fetch.ts';
import { loadDocument, loadFailure, loadRequest } from '../http/load.fixture.ts';

const url = 'https://config.test/app.json';

/** A body that never ends by itself, and tells when it is let go. */
function endlessBody(chunk = 'x'): { body: ReadableStream<Uint8Array>; cancelled: () => boolean } {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode(chunk)),
    cancel: () => {
      cancelled = true;
    },
  });
  return { body, cancelled: () => cancelled };
}

test('load() does not wait for a fetch that ignores the signal, and lets its late answer go', async () => {
  const { body, cancelled } = endlessBody();
  let answer: ((response: Response) => void) | undefined;
  const fetch: FetchFunction = () => new Promise((resolve) => (answer = resolve));
  const controller = new AbortController();
  const loading = fetchLoader({ url, fetch }).load(loadRequest({ signal: controller.signal }));
  await vi.waitFor(() => expect(answer).toBeDefined());
  const reason = new Error('deadline');
  controller.abort(reason);
  await expect(loading).rejects.toBe(reason);
  answer!(new Response(body));
  await vi.waitFor(() => expect(cancelled()).toBe(true));
});

test.each([[200], [500]])(
  'load() lets the endless body of a %i go once it is too long',
  async (status) => {
    const { body, cancelled } = endlessBody('x'.repeat(1000));
    const fetch: FetchFunction = async () => new Response(body, { status });
    const request = loadRequest({ limits: { maxBytes: 5000 } });
    expect(await loadFailure(fetchLoader({ url, fetch }), request)).toMatchObject({ status });
    expect(cancelled()).toBe(true);
  },
);

test.each([[200], [404], [500]])(
  'load() does not begin to read a %i in an encoding that was not asked for',
  async (status) => {
    const pull = vi.fn<() => void>();
    const cancel = vi.fn<() => void>();
    const headers = { 'content-encoding': 'gzip, gzip' };
    const fetch: FetchFunction = async (_, { signal }) => {
      signal.addEventListener('abort', cancel);
      const body = new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
      return new Response(body, { status, headers });
    };
    await Promise.allSettled([fetchLoader({ url, fetch }).load(loadRequest())]);
    expect([pull, cancel].map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
  },
);

test('load() lets a body go that is told too long', async () => {
  const fetch = vi.fn<FetchFunction>(
    async () => new Response(endlessBody().body, { headers: { 'content-length': '9000000' } }),
  );
  await loadFailure(fetchLoader({ url, fetch }));
  expect(fetch.mock.calls[0]![1].signal.aborted).toBe(true);
});

test('load() reserves no room for a length that is not true', async () => {
  const headers = { 'content-length': '7e9' };
  const fetch: FetchFunction = async () => new Response('{"a":1}', { headers });
  expect((await loadDocument(fetchLoader({ url, fetch }))).raw).toHaveLength(7);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a text', 's3cret'],
  ['an error that is none', { message: 's3cret' }],
])('load() survives a fetch that gives or throws %s', async (_, thing) => {
  const gives = (async () => thing) as unknown as FetchFunction;
  const throws = (async () => {
    throw thing;
  }) as FetchFunction;
  for (const fetch of [gives, throws]) {
    const error = await loadFailure(fetchLoader({ url, fetch }));
    expect(error).toMatchObject({ name: 'LoadError', retry: 'backoff' });
    expect(error.message).not.toContain('s3cret');
  }
});
