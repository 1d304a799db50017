// A server in a process of its own, for all: `/<format>/<bytes>/…` is a document with a tag, whatever follows.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { documentIn, type Edits, type Format } from './formats.ts';

const documents = new Map<string, Buffer>();
let edits: Edits = { top: 0, leaf: 0, all: 0 };

/** The document, as bytes that are made once a version: what it costs to make them is nobody's. */
function bytesOf(format: string, bytes: string): Buffer {
  const key = `${format}/${bytes}`;
  const made = documents.get(key) ?? Buffer.from(documentIn(format as Format, +bytes, edits));
  documents.set(key, made);
  return made;
}

const server = createServer((request, response) => {
  const [, format, bytes] = request.url!.split('/');
  const etag = `"${bytes}-${edits.top}-${edits.leaf}-${edits.all}"`;
  response.setHeader('etag', etag);
  // so that clients who hold a connection each do not count their sockets
  if (process.argv[2] === 'close') response.setHeader('connection', 'close');
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  const body = bytesOf(format!, bytes!);
  response.setHeader('content-length', body.length);
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
process.on('message', (message: { edits: Edits; prepare: [string, string] }) => {
  edits = message.edits;
  documents.clear();
  bytesOf(...message.prepare);
  process.send!('edited');
});
process.once('disconnect', () => process.exit(0));
