import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { good } from '../http/certificates.fixture.ts';
import { listen } from '../http/raw-server.fixture.ts';

/** A proxy whose tunnels lead to what speaks TLS, and that to this port of loopback. */
export async function tunnelsTo(port: number): Promise<AsyncDisposable & { url: string }> {
  const ends = new Set<Socket>();
  const keep = (socket: Socket): void => {
    ends.add(socket.on('error', () => {}));
  };
  const secure = createSecureServer({ key: good.key, cert: good.cert }, (outer) => {
    const inner = connect(port, '127.0.0.1');
    keep(outer);
    keep(inner);
    outer.on('close', () => inner.destroy()).pipe(inner);
    inner.on('close', () => outer.destroy()).pipe(outer);
  });
  const proxy = createServer().on('connect', (_, socket: Socket) => {
    keep(socket);
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    secure.emit('connection', socket);
  });
  await listen(proxy);
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of ends) socket.destroy();
      proxy.closeAllConnections();
      await new Promise((resolve) => void proxy.close(resolve));
    },
  };
}
