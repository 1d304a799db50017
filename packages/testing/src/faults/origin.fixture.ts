import { once } from 'node:events';
import {
  type Server as TlsServer,
  type TlsOptions,
  createServer as createTlsServer,
} from 'node:tls';
import {
  type AddressInfo,
  type ListenOptions,
  type Server,
  type Socket,
  createServer,
} from 'node:net';

/** What the origin does about one request: exact bytes, or anything that a socket can do. */
export type Play = string | Uint8Array | ((socket: Socket, head: string) => void);

/** A TCP server that says exactly what it is told; what it plays changes while it runs. */
export interface Origin extends AsyncDisposable {
  readonly port: number;
  /** `127.0.0.1:port`: errors have to name it. */
  readonly hostPort: string;
  /** Of its document. */
  readonly url: string;
  /** Heads of the requests so far, as they came. */
  readonly requests: readonly string[];
  /** The last of them; '' before the first. */
  readonly lastRequest: string;
  /** Connections so far. */
  readonly connections: number;
  /** Connections that stand now and were asked something: after an abort fetch may open a spare one. */
  readonly open: number;
  /** From the next request on: one play each, the last one for ever. */
  play(...plays: readonly Play[]): void;
  /** Resolves when the condition holds, looked at whenever anything happens on a socket. */
  until(condition: () => boolean): Promise<void>;
  /** Does something with every connection that stands, such as ending it while it idles. */
  each(action: (socket: Socket) => void): void;
  /** Listens no more and ends every connection. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  restart(): Promise<void>;
}

interface OriginOptions {
  /** Makes its server, for TLS. */
  readonly wrap?: (onSocket: (socket: Socket) => void) => Server;
  /** Scheme and host of its URL. */
  readonly base?: string;
  /** Where it listens. @default {a free port of 127.0.0.1} */
  readonly at?: ListenOptions;
}

/** Starts one on a free port of loopback. */
export async function origin(
  first: Play = document({ n: 1 }, 'ETag: "1"'),
  { wrap = createServer, base = 'http://127.0.0.1', at = {} }: OriginOptions = {},
): Promise<Origin> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const asked = new Set<Socket>();
  const waiting = new Set<() => void>();
  const wake = (): void => waiting.forEach((look) => look());
  let plays: Play[] = [first];
  let connections = 0;

  function answerTo(socket: Socket, head: string): void {
    requests.push(head);
    asked.add(socket);
    const play = plays.length > 1 ? plays.shift()! : plays[0]!;
    if (typeof play === 'function') play(socket, head);
    else socket.write(play);
    wake();
  }
  const server = wrap((socket) => {
    connections += 1;
    sockets.add(socket);
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
        const head = heard.slice(0, end);
        heard = heard.slice(end + 4);
        answerTo(socket, head);
      }
    });
    wake();
  });
  await listen(server, at);
  const { port } = server.address() as AddressInfo;

  async function stop(): Promise<void> {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  return {
    port,
    hostPort: new URL(`${base}:${port}`).host,
    url: `${base}:${port}/app.json`,
    requests,
    get lastRequest() {
      return requests.at(-1) ?? '';
    },
    get connections() {
      return connections;
    },
    get open() {
      return asked.size;
    },
    play: (...next) => void (plays = [...next]),
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
    each: (action) => sockets.forEach(action),
    stop,
    restart: () => listen(server, { ...at, port }),
    [Symbol.asyncDispose]: stop,
  };
}

/** The same over TLS, as `localhost`; `renew` gives it another certificate. */
export async function secureOrigin(
  certificate: TlsOptions,
  first?: Play,
): Promise<Origin & { renew(certificate: TlsOptions): void }> {
  let server: TlsServer;
  const wrap = (onSocket: (socket: Socket) => void): Server => {
    server = createTlsServer(certificate, onSocket);
    return server.on('tlsClientError', () => {});
  };
  const made = await origin(first, { wrap, base: 'https://localhost' });
  return Object.assign(made, { renew: (next: TlsOptions) => server.setSecureContext(next) });
}

/** Listens on loopback, on a free port where none is named. */
export async function listen(server: Server, options: ListenOptions = {}): Promise<void> {
  server.listen({ port: 0, host: '127.0.0.1', ...options });
  await once(server, 'listening');
}

/** A whole answer with a `Content-Length`. */
export function answer(
  status: number | string,
  headers: readonly string[] = [],
  body: string | Uint8Array = '',
): Uint8Array {
  const bytes = Buffer.from(body as string);
  const head = [`HTTP/1.1 ${status} X`, ...headers, `Content-Length: ${bytes.length}`, '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), bytes]);
}

/** A document as its JSON. */
export function document(value: unknown, ...headers: readonly string[]): Uint8Array {
  return answer(200, ['Content-Type: application/json', ...headers], JSON.stringify(value));
}

/** The 304 that good servers send. */
export const notModified = (...headers: readonly string[]): string =>
  ['HTTP/1.1 304 Not Modified', ...headers, '', ''].join('\r\n');

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
