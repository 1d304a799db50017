import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonValue } from '@holdfast/core';
import { mergePatch } from './merge-patch.ts';

/** What the store was asked. */
interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A real server that keeps one document, as RFC 9110 and RFC 7396 say. */
export interface ConfigStore extends AsyncDisposable {
  readonly url: string;
  readonly hostPort: string;
  readonly asked: readonly Asked[];
  body: string | undefined;
  readonly etag: string | undefined;
  /** Answers in the place of the store, once for each. */
  instead(...answers: readonly ((response: ServerResponse) => void)[]): void;
  /** Resolves when so many requests have come. */
  until(requests: number): Promise<void>;
}

export async function configStore(first?: JsonValue): Promise<ConfigStore> {
  const asked: Asked[] = [];
  const answers: ((response: ServerResponse) => void)[] = [];
  const waiting = new Set<() => void>();
  let body = first === undefined ? undefined : JSON.stringify(first);
  const etag = (): string | undefined =>
    body === undefined
      ? undefined
      : `"${createHash('sha256').update(body).digest('hex').slice(0, 8)}"`;

  function write({ method, headers, body: sent }: Asked, response: ServerResponse): void {
    const { 'if-match': match, 'if-none-match': noneMatch } = headers;
    const holds = noneMatch === '*' ? body === undefined : match === '*' || match === etag();
    if (match === undefined && noneMatch === undefined) return void response.writeHead(428).end();
    if (!holds) return void response.writeHead(412).end();
    const status = body === undefined ? 201 : 204;
    body = method === 'PUT' ? sent : patched(sent);
    response.writeHead(status, { etag: etag() }).end();
  }

  function patched(patch: string): string {
    const there = body === undefined ? undefined : (JSON.parse(body) as JsonValue);
    return JSON.stringify(mergePatch(there, JSON.parse(patch) as JsonValue));
  }

  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks = (await request.toArray()) as Buffer[];
    const { method = '', headers } = request;
    asked.push({ method, headers, body: Buffer.concat(chunks).toString() });
    for (const look of waiting) look();
    const other = answers.shift();
    if (other) other(response);
    else if (method !== 'GET') write(asked.at(-1)!, response);
    else if (body === undefined) response.writeHead(404).end();
    else if (headers['if-none-match'] === etag()) response.writeHead(304).end();
    else response.writeHead(200, { etag: etag(), 'content-type': 'application/json' }).end(body);
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/app.json`,
    hostPort: `127.0.0.1:${port}`,
    asked,
    get body() {
      return body;
    },
    set body(value) {
      body = value;
    },
    get etag() {
      return etag();
    },
    instead: (...more) => void answers.push(...more),
    until: (requests) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (asked.length < requests) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
