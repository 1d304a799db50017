import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';

/** Plays the answer to one request: exact bytes, or anything that a socket can do. */
export type Play = string | Uint8Array | ((socket: Socket, request: string) => void);

/** A TCP server that says exactly what it is told, and remembers what it was asked. */
interface RawServer extends AsyncDisposable {
  readonly port: number;
  readonly origin: string;
  /** `origin` + `/app.json`. */
  readonly url: string;
  /** Heads of the requests so far. Names of fields have no case, and are in small letters here: Bun writes them its own way. */
  readonly requests: readonly string[];
  /** Connections so far. */
  readonly connections: number;
  /** Connections that stand now and were asked something: after an abort fetch may open a spare one. */
  readonly open: number;
  /** Resolves when the condition holds, looked at whenever anything happens on a socket. */
  until(condition: () => boolean): Promise<void>;
}

const FIELD_NAMES = /(?<=\r\n)[^:\r\n]+(?=:)/g;

/** Answers the n-th request with the n-th play, and every later one with the last. */
export async function rawServer(...plays: readonly Play[]): Promise<RawServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const asked = new Set<Socket>();
  const waiting = new Set<() => void>();
  const wake = (): void => waiting.forEach((look) => look());
  let connections = 0;

  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    wake();
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      asked.delete(socket);
      wake();
    });
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      for (let end = heard.indexOf('\r\n\r\n'); end !== -1; end = heard.indexOf('\r\n\r\n')) {
        const request = heard.slice(0, end).replace(FIELD_NAMES, (name) => name.toLowerCase());
        heard = heard.slice(end + 4);
        requests.push(request);
        asked.add(socket);
        wake();
        perform(plays[Math.min(requests.length, plays.length) - 1] ?? hang, socket, request);
      }
    });
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  return {
    port,
    origin,
    url: `${origin}/app.json`,
    requests,
    get connections() {
      return connections;
    },
    get open() {
      return asked.size;
    },
    until: (condition) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!condition()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Listens on a free port of loopback. */
export async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** A whole answer with a `Content-Length`. */
export function answer(
  status: number | string,
  headers: readonly string[] = [],
  body: string | Uint8Array = '',
): Uint8Array {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const head = [`HTTP/1.1 ${status} X`, ...headers, `Content-Length: ${bytes.length}`, '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), bytes]);
}

/** A document with these headers. */
export const document = (...headers: readonly string[]): Uint8Array =>
  answer(200, ['Content-Type: application/json', ...headers], '{"a":1}');

/** Never answers. */
export const hang = (): void => {};

/** Ends the connection politely, after these bytes. */
export const cut =
  (bytes: string | Uint8Array = ''): Play =>
  (socket) => {
    socket.end(bytes);
  };

/** Ends the connection by a RST. */
export const reset = (socket: Socket): void => {
  socket.resetAndDestroy();
};

function perform(play: Play, socket: Socket, request: string): void {
  if (typeof play === 'function') play(socket, request);
  else socket.write(play);
}
