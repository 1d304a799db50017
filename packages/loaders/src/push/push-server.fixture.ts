import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { JsonValue } from '@holdfast/core';
import { acceptFor, frame, OPCODES, readFrames } from './frames.fixture.ts';

/** How a server tells of changes. */
export type Kind = 'sse' | 'websocket' | 'long-poll' | 'long-poll by tags';

/** A server that tells whoever watches it that something changed. */
export interface PushServer extends AsyncDisposable {
  /** What is watched, of the scheme that it needs. */
  readonly url: string;
  /** Who watches now. */
  readonly watching: number;
  /** Requests so far, those that were refused too. */
  readonly asked: readonly IncomingMessage[];
  /** Messages of WebSockets so far, pongs too. */
  readonly heard: readonly string[];
  /** Where a long poll stands: what it tells is this index, or a tag of it. */
  index: number;
  /** Tells of a change. */
  tell(): void;
  /** Pushes a document to all who watch. */
  push(document: JsonValue): void;
  /** Sends exactly this to all who watch. */
  send(bytes: string | Uint8Array): void;
  /** Sends half of what tells of a change, and ends every connection. */
  cut(): void;
  /** Reads nothing that is sent to it, or reads again. */
  deaf(deaf: boolean): void;
  /** Ends every connection as the protocol has it. */
  end(): void;
  /** Documents that are pushed to the next ones who come, at once. */
  replay: readonly JsonValue[];
  /** What becomes of the next ones who come. */
  mode: 'serve' | 'refuse' | 'end at once';
}

/** One who watches. */
interface Watcher {
  readonly socket: Socket;
  readonly response?: ServerResponse;
}

const MESSAGE = '{"type":"reload"}';

/** Starts a server of one kind. */
export async function pushServer(kind: Kind): Promise<PushServer> {
  const watchers = new Set<Watcher>();
  const sockets = new Set<Socket>();
  const asked: IncomingMessage[] = [];
  const heard: string[] = [];
  const byTags = kind === 'long-poll by tags';
  const server = createServer((request, response) => {
    asked.push(request);
    if (self.mode === 'refuse') return void request.socket.destroy();
    if (kind === 'sse') openStream(request, response);
    else hold(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    asked.push(request);
    if (self.mode === 'refuse') return void socket.destroy();
    upgrade(request, socket);
  });

  function watch(watcher: Watcher): void {
    watchers.add(watcher);
    (watcher.response ?? watcher.socket).on('close', () => watchers.delete(watcher));
    for (const document of self.replay) pushTo(watcher, document);
    if (self.mode === 'end at once') self.end();
  }

  function pushTo({ socket, response }: Watcher, document: JsonValue): void {
    const text = JSON.stringify(document);
    const message = Buffer.from(`{"type":"update_config","config_data":${text}}`);
    if (response) response.write(`event: put\ndata: ${text}\n\n`);
    else socket.write(frame(OPCODES.text, message));
  }

  function openStream({ socket }: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': welcome\n\n');
    watch({ socket, response });
  }

  function hold({ socket, url, headers }: IncomingMessage, response: ServerResponse): void {
    const query = new URL(url!, 'http://127.0.0.1').searchParams;
    const seen = byTags ? headers['if-none-match'] : query.get('index');
    if (seen !== place()) return answerPoll(response);
    if (byTags && !query.has('wait')) return void response.writeHead(304).end();
    watch({ socket, response });
  }

  function answerPoll(response: ServerResponse): void {
    response.writeHead(200, { [byTags ? 'etag' : 'x-consul-index']: place() }).end('{}');
  }

  function place(): string {
    return byTags ? `"${self.index}"` : String(self.index);
  }

  function upgrade({ headers }: IncomingMessage, socket: Socket): void {
    const accept = acceptFor(headers['sec-websocket-key']!);
    const lines = ['upgrade: websocket', 'connection: upgrade', `sec-websocket-accept: ${accept}`];
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
    let bytes: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      const { frames, rest } = readFrames(Buffer.concat([bytes, chunk]));
      bytes = rest;
      for (const { opcode, payload } of frames) {
        if (opcode === OPCODES.text || opcode === OPCODES.pong) heard.push(payload.toString());
        if (opcode === OPCODES.close) socket.end(frame(OPCODES.close, payload));
      }
    });
    watch({ socket });
  }

  const self: PushServer = {
    url: '',
    index: 1,
    replay: [],
    mode: 'serve',
    get watching() {
      return watchers.size;
    },
    asked,
    heard,
    tell() {
      self.index += 1;
      if (kind === 'sse') self.send('event: changed\ndata: {}\n\n');
      else if (kind === 'websocket') self.send(frame(OPCODES.text, Buffer.from(MESSAGE)));
      else for (const { response } of watchers) answerPoll(response!);
    },
    push(document) {
      for (const watcher of watchers) pushTo(watcher, document);
    },
    send(bytes) {
      for (const { socket, response } of watchers) (response ?? socket).write(bytes);
    },
    cut() {
      for (const { socket, response } of watchers) {
        const half =
          kind === 'sse'
            ? 'event: changed\ndata: {"half'
            : kind === 'websocket'
              ? frame(OPCODES.text, Buffer.from(MESSAGE)).subarray(0, 9)
              : `HTTP/1.1 200 OK\r\n${byTags ? 'eta' : 'x-consul-in'}`;
        const where = kind === 'sse' ? response! : socket;
        where.write(half, () => socket.destroy());
      }
    },
    deaf(deaf) {
      for (const { socket } of watchers) socket[deaf ? 'pause' : 'resume']();
    },
    end() {
      for (const { socket, response } of watchers) {
        if (kind === 'sse') response!.end();
        else if (kind === 'websocket') socket.end(frame(OPCODES.close, Buffer.from([0x03, 0xe9])));
        else socket.destroy();
      }
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const scheme = kind === 'websocket' ? 'ws' : 'http';
  return Object.assign(self, { url: `${scheme}://127.0.0.1:${port}/watch` });
}
