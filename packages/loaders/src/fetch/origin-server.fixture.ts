import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the origin saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Scheme, host and port of {@link setup}'s server. */
    readonly origin: string;
  }
}

const MODIFIED = 'Thu, 01 Jan 2026 00:00:00 GMT';
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'if-none-match, if-modified-since, x-region',
};

/** What each path adds to an answer. */
const ANSWERS: Readonly<Record<string, readonly [number, Record<string, string>]>> = {
  '/hidden': [200, { ...CORS, age: '10', 'cache-control': 'max-age=60' }],
  '/exposed': [200, { ...CORS, 'access-control-expose-headers': 'ETag, Age, Date', age: '10' }],
  '/max-age': [200, { ...CORS, 'cache-control': 'max-age=600' }],
  '/redirect': [302, { ...CORS, location: '/exposed?token=s3cret' }],
  '/busy': [503, { ...CORS, 'retry-after': '7' }],
  '/no-cors': [200, {}],
};

/**
 * An origin other than the page's, for tests in browsers: `globalSetup` of vitest starts it in Node. `/seen/<tag>` tells
 * the requests whose query was that tag.
 */
export async function setup(project: {
  provide(key: 'origin', value: string): void;
}): Promise<() => Promise<void>> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => play(request, response, seen));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  project.provide('origin', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  };
}

function play(request: IncomingMessage, response: ServerResponse, seen: SeenRequest[]): void {
  const { method = '', url = '' } = request;
  const [path = '', tag] = url.split('?');
  if (path.startsWith('/seen/')) {
    const asked = seen.filter((one) => one.path.endsWith(`?${path.slice(6)}`));
    response.writeHead(200, { ...CORS, 'content-type': 'application/json' });
    return void response.end(JSON.stringify(asked));
  }
  const headers = request.headers as Record<string, string>;
  seen.push({ method, path: `${path}?${tag}`, headers });
  const [status, fields] = ANSWERS[path] ?? [404, CORS];
  if (method === 'OPTIONS') return void response.writeHead(204, fields).end();
  const all = { etag: '"v1"', 'last-modified': MODIFIED, 'set-cookie': 'a=b', ...fields };
  const known = headers['if-none-match'] ?? headers['if-modified-since'];
  if (status === 200 && known !== undefined) return void response.writeHead(304, all).end();
  response.writeHead(status, { ...all, 'content-type': 'application/json' });
  return void response.end('{"a":1}');
}
