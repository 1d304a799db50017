// Stands in for your database and its client: rows with a revision, and notices to whoever listens.
import { EventEmitter, once } from 'node:events';

export interface Row {
  readonly revision: number;
  readonly document: Uint8Array;
}

export class Database {
  readonly address = 'db.internal:5432';
  /** A silent one takes questions and never answers. */
  state: 'up' | 'down' | 'silent' = 'up';
  readonly #rows = new Map<string, Row>();
  readonly #notices = new EventEmitter();

  write(name: string, document: unknown): void {
    const revision = (this.#rows.get(name)?.revision ?? 0) + 1;
    this.#rows.set(name, { revision, document: Buffer.from(JSON.stringify(document)) });
    this.#notices.emit(name);
  }

  delete(name: string): void {
    this.#rows.delete(name);
  }

  async read(name: string, { signal }: { signal: AbortSignal }): Promise<Row | undefined> {
    signal.throwIfAborted();
    if (this.state === 'silent') await once(this.#notices, 'never', { signal });
    if (this.state === 'down') throw new Error('connection refused');
    return this.#rows.get(name);
  }

  /** Resolves once it listens; calls back at each write of the row until the signal aborts or the connection ends. */
  async listen(name: string, onWrite: () => void, { signal }: { signal: AbortSignal }) {
    signal.throwIfAborted();
    const socket = setInterval(() => {}, 60_000); // as a connection does, it holds the process open
    this.#notices.on(name, onWrite);
    const closed = once(this.#notices, 'disconnect', { signal }).finally(() => {
      this.#notices.off(name, onWrite);
      clearInterval(socket);
    });
    return { closed };
  }

  /** Ends the connections of those who listen. */
  disconnect(): void {
    this.#notices.emit('disconnect');
  }
}
