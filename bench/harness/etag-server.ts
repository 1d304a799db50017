// A server in a process of its own: documents by size, each with a tag that never changes.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { documentOf } from './document.ts';

const documents = new Map<string, string>();

const server = createServer((request, response) => {
  const url = request.url!;
  const etag = `"${url.slice(1)}-1"`;
  response.setHeader('etag', etag);
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  const text = documents.get(url) ?? documentOf(Number(url.slice(1)));
  documents.set(url, text);
  response.writeHead(200, { 'content-type': 'application/json' }).end(text);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));
