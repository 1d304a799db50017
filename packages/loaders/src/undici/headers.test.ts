import { expect, test } from 'vitest';
import { loadDocument } from '../http/load.fixture.ts';
import { document, rawServer } from '../http/raw-server.fixture.ts';
import { httpLoader } from '../http.ts';

test('httpLoader() sends the headers it was given, and its own', async () => {
  await using server = await rawServer(document());
  const loader = httpLoader({
    url: `${server.url}?q=1`,
    headers: { 'X-Region': 'eu', Accept: 'a/b' },
  });
  await loadDocument(loader);
  await loader.close?.();
  const [line, ...fields] = server.requests[0]!.split('\r\n');
  expect(line).toBe('GET /app.json?q=1 HTTP/1.1');
  expect(fields.toSorted()).toEqual([
    expect.stringMatching(/^accept-encoding: gzip, br/),
    'accept: a/b',
    'connection: keep-alive',
    `host: 127.0.0.1:${server.port}`,
    'user-agent: holdfast',
    'x-region: eu',
  ]);
});

test('httpLoader() asks for no compression where it is told so', async () => {
  await using server = await rawServer(document());
  const loader = httpLoader({ url: server.url, compression: false });
  await loadDocument(loader);
  await loader.close?.();
  expect(server.requests[0]!.split('\r\n')).toContain('accept-encoding: identity');
});
