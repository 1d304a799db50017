import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
// oxlint-disable-next-line no-restricted-imports -- another process gives a port back in its own time
import { setTimeout as pause } from 'node:timers/promises';

const HOST = '127.0.0.1';
/** Another process may take the port while nobody listens on it: tries to get it back, and the pause between them. */
const LISTEN_TRIES = 50;
const LISTEN_PAUSE_MS = 20;

/** Opens, closes and opens again one port of the loopback interface. */
export class Listener {
  #port: number;
  #ended = false;
  readonly #server: Server;
  readonly #unref: boolean;
  readonly #sockets = new Set<Socket>();

  constructor(server: Server, { port, unref }: { port: number; unref: boolean }) {
    this.#server = server;
    this.#port = port;
    this.#unref = unref;
    server.on('connection', (socket: Socket) => this.#enter(socket));
  }

  get port(): number {
    return this.#port;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Listens, always on the same port from the first time on. */
  async open(): Promise<void> {
    if (this.#server.listening || this.#ended) return;
    await this.#listen();
    this.#port = (this.#server.address() as AddressInfo).port;
    if (this.#unref) this.#server.unref();
  }

  /** As `open`, and waits for its port where another process has it. */
  async reopen(triesLeft: number = LISTEN_TRIES): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      if (triesLeft <= 1 || !isTaken(error)) throw error;
      await pause(LISTEN_PAUSE_MS);
      await this.reopen(triesLeft - 1);
    }
  }

  /** Ends every connection for good: nothing opens it again. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.close();
  }

  /** Ends every connection; whoever connects is refused. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await closed;
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: Error): void => {
        this.#server.off('error', settle).off('listening', settle);
        if (error) reject(error);
        else resolve();
      };
      this.#server.once('error', settle).once('listening', settle);
      this.#server.listen(this.#port, HOST);
    });
  }

  #enter(socket: Socket): void {
    if (this.#unref) socket.unref();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
