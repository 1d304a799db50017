import { once } from 'node:events';
import { createServer, type IncomingMessage, request as send } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A forward proxy, as in companies: it forwards `http:` and tunnels `https:`. */
export interface ForwardProxy extends AsyncDisposable {
  readonly hostPort: string;
  /** What it was asked for, such as `CONNECT config.test:443`. */
  readonly asked: readonly string[];
  /** It lets only those through who send this; anybody where undefined. */
  credentials: string | undefined;
  /** Ends every connection, and listens no more. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  restart(): Promise<void>;
}

/** Starts one on a free port of loopback. It takes every host for this machine. */
export async function forwardProxy(): Promise<ForwardProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (refused(request)) return void response.writeHead(407).end('<html>who are you?</html>');
    const { port, pathname } = new URL(request.url!);
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const onward = send({ host: '127.0.0.1', port, path: pathname, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    return void onward.end();
  });
  const refused = ({ headers }: IncomingMessage): boolean => {
    const given = headers['proxy-authorization'];
    return proxy.credentials !== undefined && given !== `Basic ${btoa(proxy.credentials)}`;
  };
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request, socket) => {
    asked.push(`${request.method} ${request.url}`);
    socket.on('error', () => {});
    if (refused(request))
      return void socket.end('HTTP/1.1 407 Who Are You\r\nContent-Length: 0\r\n\r\n');
    const onward = connect(Number(request.url!.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    sockets.add(onward);
    return undefined;
  });
  const listen = async (port = 0): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen();
  const { port } = server.address() as AddressInfo;
  async function stop(): Promise<void> {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await closed;
  }
  const proxy: ForwardProxy = {
    hostPort: `127.0.0.1:${port}`,
    asked,
    credentials: undefined,
    stop,
    restart: () => listen(port),
    [Symbol.asyncDispose]: stop,
  };
  return proxy;
}
