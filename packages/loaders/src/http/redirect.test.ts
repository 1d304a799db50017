import { describe, expect, test } from 'vitest';
import { LOADERS } from './loaders.fixture.ts';
import { loadDocument, loadFailure, loadRequest } from './load.fixture.ts';
import { answer, document, rawServer } from './raw-server.fixture.ts';
import { redirectOf } from './redirect.ts';
import { targetOf } from './target.ts';

describe.each(LOADERS)('%s', (_name, createLoader) => {
  const to = (location: string, status = 302): Uint8Array =>
    answer(status, [`Location: ${location}`], 'x');

  test.each([[301], [302], [303], [307], [308]])(
    'load() does not follow a %i unless told to, and names where it leads',
    async (status) => {
      await using server = await rawServer(to('/secret-path?token=s3cret', status));
      const loader = createLoader({ url: server.url, name: 'app' });
      const error = await loadFailure(loader);
      await loader.close?.();
      const where = `127.0.0.1:${server.port}`;
      expect(error).toMatchObject({ failure: 'status', status, retry: 'backoff' });
      expect(error.message).toBe(
        `Cannot load app: ${where} answered ${status}, a redirect within http://${where}; ` +
          `the option redirects: 'same-origin' follows it`,
      );
      expect(server.requests).toHaveLength(1);
    },
  );

  test('load() follows redirects within the origin, with its headers, and tells where it ended', async () => {
    await using server = await rawServer(to('/b?v=1'), to('c/d'), document('ETag: "d"'));
    const loader = createLoader({ url: server.url, redirects: 'same-origin', bearerToken: 't' });
    const { evidence, validator: known } = await loadDocument(loader);
    expect(server.requests.map((request) => request.split(' ')[1])).toEqual([
      '/app.json',
      '/b?v=1',
      '/c/d',
    ]);
    expect(server.requests.every((request) => request.includes('authorization: Bearer t'))).toBe(
      true,
    );
    expect(evidence?.url).toBe(`${server.origin}/c/d`);
    await loadDocument(loader, loadRequest({ known }));
    await loader.close?.();
  });

  test('load() sends a validator only to the resource that it came from', async () => {
    await using server = await rawServer(
      to('/b'),
      document('ETag: "b"'),
      to('/b'),
      'HTTP/1.1 304 Not Modified\r\n\r\n',
      to('/c'),
      document('ETag: "c"'),
    );
    const loader = createLoader({ url: server.url, redirects: 'same-origin' });
    const { validator: known } = await loadDocument(loader);
    expect(await loader.load(loadRequest({ known }))).toEqual({ kind: 'unchanged' });
    expect(await loadDocument(loader, loadRequest({ known }))).toMatchObject({
      raw: expect.anything(),
    });
    await loader.close?.();
    const conditional = server.requests.map((request) => request.includes('if-none-match'));
    expect(conditional).toEqual([false, false, false, true, false, false]);
  });

  test('load() takes more than five redirects for a loop', async () => {
    await using server = await rawServer(to('/app.json'));
    const loader = createLoader({ url: server.url, redirects: 'same-origin' });
    expect((await loadFailure(loader)).message).toContain('a redirect after 5 others');
    await loader.close?.();
    expect(server.requests).toHaveLength(6);
  });

  test('load() asks nobody at another origin, and sends nothing there', async () => {
    await using other = await rawServer(document());
    await using server = await rawServer(
      to(`http://user:s3cret@127.0.0.1:${other.port}/x?t=s3cret`),
    );
    const url = server.url.replace('//', '//user:pass@');
    const loader = createLoader({
      url,
      redirects: 'same-origin',
      headers: { 'x-api-key': 's3cret' },
    });
    const error = await loadFailure(loader);
    await loader.close?.();
    expect(error.message).toContain(
      `a redirect to another origin, http://127.0.0.1:${other.port},`,
    );
    expect(error.message).not.toContain('s3cret');
    expect(other.connections).toBe(0);
  });

  test.each([
    ['Location: http://', 'without a usable Location'],
    ['X: y', 'without a usable Location'],
    ['Location: file:///etc/passwd', 'to another origin, file:,'],
    ['Location: //evil.test/x', 'to another origin, http://evil.test,'],
  ])('load() fails on a redirect with %j', async (header, reason) => {
    await using server = await rawServer(answer(302, [header]));
    const loader = createLoader({ url: server.url, redirects: 'same-origin' });
    expect((await loadFailure(loader)).message).toContain(`a redirect ${reason}`);
    await loader.close?.();
  });
});

test('redirectOf() takes two Locations for none', () => {
  const fields = { location: ['/a', '/b'] };
  const target = targetOf(new URL('http://config.test/'));
  const rule = { loader: 'app', follow: true, hops: 0 };
  expect(() => redirectOf({ status: 302, fields, body: undefined }, target, rule)).toThrow(
    'a redirect without a usable Location',
  );
});
