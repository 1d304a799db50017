import { describe, expect, test } from 'vitest';
import type { HttpLoader } from './http-loader.ts';
import { LOADERS } from './loaders.fixture.ts';
import { loadDocument, loadFailure, loadRequest } from './load.fixture.ts';
import { type Play, answer, cut, document, rawServer } from './raw-server.fixture.ts';

const DATE = 'Thu, 01 Jan 2026 00:00:10 GMT';

describe.each(LOADERS)('%s', (_name, createLoader) => {
  /** Loads once from a server that plays one answer. */
  async function withAnswer<T>(play: Play, use: (loader: HttpLoader) => Promise<T>): Promise<T> {
    await using server = await rawServer(play);
    const loader = createLoader({ url: server.url, name: 'app' });
    const result = await use(loader);
    await loader.close?.();
    return result;
  }

  test('load() gives the bytes alone in an aligned buffer, with validator, hints and evidence', async () => {
    const headers = [
      `Date: ${DATE}`,
      'ETag: W/"v 1"',
      'Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT',
    ];
    const more = ['Cache-Control: max-age=60', 'Age: 10', 'Set-Cookie: a=b', 'Content-Digest: d'];
    await using server = await rawServer(document(...headers, ...more));
    const loader = createLoader({ url: `${server.url}?token=s3cret` });
    const loaded = await loadDocument(loader);
    await loader.close?.();
    const raw = loaded.raw as Uint8Array;
    expect(new TextDecoder().decode(raw)).toBe('{"a":1}');
    expect([raw.byteOffset, raw.buffer.byteLength]).toEqual([0, raw.length]);
    expect(loaded).toMatchObject({
      validator: { etag: 'W/"v 1"', lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT' },
      hints: { freshForMs: 50_000, ageMs: 10_000 },
    });
    expect(loaded.evidence).toEqual({
      url: server.url,
      status: 200,
      headers: {
        'content-type': 'application/json',
        'content-digest': 'd',
        date: DATE,
        etag: 'W/"v 1"',
        'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      },
    });
  });

  test('load() takes white space around what a field says for none of it', async () => {
    const fields = ['X-A:  one \t', 'Cache-Control: max-age=60 ', 'Age: 10 '];
    const head = ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked ', 'ETag: "1" ', ...fields];
    const play = [...head, '', '7', '{"a":1}', '0', '', ''].join('\r\n');
    await using server = await rawServer(play);
    const loader = createLoader({ url: server.url, keepHeaders: ['x-a'] });
    const { validator, hints, evidence } = await loadDocument(loader);
    await loader.close?.();
    expect([validator?.etag, hints?.freshForMs]).toEqual(['"1"', 50_000]);
    expect(evidence?.headers).toMatchObject({ 'x-a': 'one' });
    const busy = answer(503, ['Retry-After: 120 ']);
    expect((await withAnswer(busy, loadFailure)).retryAfterMs).toBe(120_000);
  });

  test('load() keeps the headers that it is told to keep', async () => {
    await using server = await rawServer(document('X-Signature: abc', 'X-Other: def'));
    const loader = createLoader({ url: server.url, keepHeaders: ['X-Signature', 'x-missing'] });
    const { evidence } = await loadDocument(loader);
    await loader.close?.();
    expect(evidence?.headers).toMatchObject({ 'x-signature': 'abc' });
    expect(Object.keys(evidence!.headers)).not.toContain('x-other');
    expect(Object.keys(evidence!.headers)).not.toContain('x-missing');
  });

  test('load() echoes a tag byte for byte, and takes a 304 for the known document whatever tag it bears', async () => {
    const tag = 'W/"\xe9, v1"';
    await using server = await rawServer(
      Buffer.from(`HTTP/1.1 200 OK\r\nETag: ${tag}\r\nContent-Length: 2\r\n\r\n{}`, 'latin1'),
      'HTTP/1.1 304 Not Modified\r\nETag: "other"\r\nCache-Control: max-age=5\r\n\r\n',
      'HTTP/1.1 304 Not Modified\r\n\r\n',
    );
    const loader = createLoader({ url: server.url });
    const { validator: known } = await loadDocument(loader);
    const unchanged = { kind: 'unchanged', hints: { freshForMs: 5000 } };
    expect(await loader.load(loadRequest({ known }))).toEqual(unchanged);
    expect(await loader.load(loadRequest({ known }))).toEqual({ kind: 'unchanged' });
    await loader.close?.();
    expect(server.requests[0]).not.toContain('if-none-match');
    expect(server.requests[1]).toContain(`if-none-match: ${tag}`);
  });

  test.each([['Content-Length: 7'], ['Content-Length: 700000'], ['Transfer-Encoding: chunked']])(
    'load() takes a 304 with %j, which is about the document, for what it is',
    async (header) => {
      await using server = await rawServer(
        document('ETag: "v1"'),
        `HTTP/1.1 304 X\r\n${header}\r\n\r\n`,
        'HTTP/1.1 304 X\r\n\r\n',
      );
      const loader = createLoader({ url: server.url });
      const { validator: known } = await loadDocument(loader);
      expect(await loader.load(loadRequest({ known }))).toEqual({ kind: 'unchanged' });
      expect(await loader.load(loadRequest({ known }))).toEqual({ kind: 'unchanged' });
      await loader.close?.();
    },
  );

  test('load() asks without conditions when nothing is known, or something else is', async () => {
    await using server = await rawServer('HTTP/1.1 304 Not Modified\r\n\r\n');
    const loader = createLoader({ url: server.url, name: 'app' });
    const error = await loadFailure(loader);
    const known = { origin: 'elsewhere', etag: '"v1"' };
    const again = await loadFailure(loader, loadRequest({ known }));
    await loader.close?.();
    expect(error).toMatchObject({ retry: 'now', status: 304 });
    expect(error.message).toContain('304 without a stored document');
    expect(again.retry).toBe('now');
    expect(server.requests.join()).not.toContain('if-');
  });

  test('load() tells that a validator is young', async () => {
    const play = document(`Date: ${DATE}`, `Last-Modified: ${DATE}`, 'ETag: "v1"');
    expect((await withAnswer(play, loadDocument)).hints).toEqual({ young: true });
  });

  test.each([[404], [410]])('load() takes a %i for "not there"', async (status) => {
    const result = await withAnswer(answer(status), (loader) => loader.load(loadRequest()));
    expect(result).toEqual({ kind: 'absent', status });
  });

  test.each([
    ...[401, 403, 421, 451].map((status) => [status, 'slow'] as const),
    ...[400, 406, 408, 412, 425, 429, 431, 500, 502, 503, 504, 599, 999].map(
      (status) => [status, 'backoff'] as const,
    ),
    ...[201, 202, 203, 206, 226, 300].map((status) => [status, 'backoff'] as const),
  ])('load() fails on status %i, and retries by %s', async (status, retry) => {
    const error = await withAnswer(answer(status, [], '{}'), loadFailure);
    expect(error).toMatchObject({ name: 'LoadError', failure: 'status', status, retry });
    expect(error.message).toMatch(
      new RegExp(
        `^Cannot load app: 127\\.0\\.0\\.1:\\d+ answered status ${status}${status === 401 ? ' \\(.*bearerToken.*\\)' : status === 403 ? ' \\(.*credential.*\\)' : ''}$`,
      ),
    );
  });

  test.each([[204], [205]])('load() fails on status %i, which has no body', async (status) => {
    const error = await withAnswer(
      `HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`,
      loadFailure,
    );
    expect(error).toMatchObject({ status, retry: 'backoff' });
  });

  test.each<[string, Play]>([
    ['with a length of 0', answer(200)],
    ['that ends at once', cut('HTTP/1.1 200 OK\r\n\r\n')],
  ])('load() takes a 200 %s for a failure, never for an empty document', async (_, play) => {
    const error = await withAnswer(play, loadFailure);
    expect(error).toMatchObject({ failure: 'body', retry: 'backoff' });
    expect(error.message).toContain('empty');
  });

  test.each([
    ['Retry-After: 7', 7000],
    ['Retry-After: Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Retry-After: 99999999999', 99_999_999_999_000],
    ['Retry-After: -1', undefined],
    ['Retry-After: 1\r\nRetry-After: 2', undefined],
    ['X: y', undefined],
  ])('load() reports %j with a 503', async (header, retryAfterMs) => {
    expect((await withAnswer(answer(503, [header]), loadFailure)).retryAfterMs).toBe(retryAfterMs);
  });

  test.each([
    ['text/html', '<html>\n<p>Log in', ', which begins with "<html>.<p>Log in"'],
    ['TEXT/HTML', '\n Welcome', ', which begins with "Welcome"'],
    ['text/html', '<a href="/?token=s3cret">', ', which begins with "<a href"'],
    ['text/html', 'x-api-key: s3cret', ', which begins with "x-api-key"'],
    ['text/html', '\u0000', ''],
    [
      'application/json',
      '<!DOCTYPE html><p>Log in',
      ', which begins with "<!DOCTYPE html><p>Log in"',
    ],
    ['text/plain; charset=utf-8', '\n<HTML>', ', which begins with "<HTML>"'],
    ['application/xhtml+xml', '{"password":"s3cret"}', ''],
    ['text/html', ' ["s3cret"]', ''],
  ])('load() refuses %s, the page of a captive network', async (type, body, quote) => {
    const error = await withAnswer(answer(200, [`Content-Type: ${type}`], body), loadFailure);
    expect(error).toMatchObject({ failure: 'body', status: 200 });
    const [told] = type.split(';');
    expect(error.message).toContain(`answered status 200, but its body is ${told}${quote}`);
    expect(error.message).not.toContain('s3cret');
  });

  test.each([
    ['text/html s3cret', 'text/html'],
    ['text/html; token=s3cret', 'text/html'],
    ['s3cret', 'of no type'],
    [', s3cret', 'of no type'],
  ])('load() tells only the type of a page whose Content-Type is %j', async (type, told) => {
    const error = await withAnswer(answer(200, [`Content-Type: ${type}`], '<html>'), loadFailure);
    expect(error.message).toContain(`but its body is ${told}, which begins with "<html>"`);
    expect(error.message).not.toContain('s3cret');
  });

  // of two codings only one would be undone, and what is left might be taken for a document
  test.each(['chunked, gzip', 'gzip, chunked', 'xchunked', 'chunked, chunked', ''])(
    'load() refuses a body whose Transfer-Encoding is %j beside "chunked" or a length',
    async (coding) => {
      const head = ['HTTP/1.1 200 OK', `Transfer-Encoding: ${coding}`];
      const rest =
        coding === ''
          ? ['Content-Length: 2', '', '{}']
          : ['Transfer-Encoding: chunked', '', '2', '{}', '0', '', ''];
      const error = await withAnswer([...head, ...rest].join('\r\n'), loadFailure);
      expect(error).toMatchObject({ failure: 'body', retry: 'backoff' });
    },
  );

  test.each([
    ['Content-Type: application/vnd.api+json'],
    ['Content-Type: text/plain'],
    ['Content-Type: application/octet-stream'],
    ['Content-Type: application/yaml'],
    ['X: y'],
  ])('load() takes a document with %j', async (header) => {
    expect((await withAnswer(answer(200, [header], '{}'), loadDocument)).raw).toHaveLength(2);
  });
});
