import { LoadError, type LoadRequest } from '@holdfast/core';
import { headersFor } from '../http/request-headers.ts';
import { type Connection, openConnection } from './connection.ts';
import type { HttpPolicy } from './options.ts';
import { asksForTls, sameTls, type TlsMaterial, tlsMaterial } from './tls-material.ts';

/** What a request needs to know of its load. */
type Terms = Pick<LoadRequest, 'signal' | 'time'>;

/** Requests to one origin over connections that it keeps: opened by the first one, and by the first after `close`. */
export class HttpClient {
  readonly #policy: HttpPolicy;
  #connection: Connection | undefined;
  /** Monotonic. */
  #openedAt = 0;
  #closes = 0;

  constructor(policy: HttpPolicy) {
    this.#policy = policy;
  }

  /**
   * Makes a way to the origin, and has `use` send requests over it.
   *
   * @param use Gets the user's headers too, as they are now, name and value by turns.
   */
  async send<T>(
    terms: Terms,
    use: (transport: Connection, own: readonly string[]) => Promise<T>,
  ): Promise<T> {
    const policy = this.#policy;
    const { name, headers } = policy;
    const { signal } = terms;
    signal.throwIfAborted();
    // an await that waits for nothing would still cost on every poll
    const own =
      headers.asked.length === 0 ? headers.fixed : await headersFor(headers, name, signal);
    const tls = asksForTls(policy) ? await tlsMaterial(policy, signal) : undefined;
    const open = this.#connection;
    if (open) this.#retireOutdated(open, terms, tls);
    const transport = open && !open.retired ? open.use() : await this.#open(terms, tls);
    try {
      signal.throwIfAborted();
      return await use(transport, own);
    } finally {
      transport.release();
    }
  }

  #retireOutdated(open: Connection, { time }: Terms, tls: TlsMaterial | undefined): void {
    const { maxConnectionAgeMs } = this.#policy;
    const tooOld =
      maxConnectionAgeMs < Infinity && time.monotonic() - this.#openedAt > maxConnectionAgeMs;
    if (tooOld || (tls && !sameTls(tls, open.tls))) open.retire();
  }

  async #open({ signal, time }: Terms, tls: TlsMaterial | undefined): Promise<Connection> {
    const policy = this.#policy;
    const closes = this.#closes;
    const opened = await openConnection(policy, tls ?? (await tlsMaterial(policy, signal)));
    if (closes < this.#closes) {
      await opened.destroy();
      throw new LoadError(`Cannot load ${policy.name}: it was closed`, { failure: 'connect' });
    }
    // another load may have been faster
    if (!this.#connection || this.#connection.retired) {
      this.#connection = opened;
      this.#openedAt = time.monotonic();
    }
    return this.#connection.use();
  }

  /** Ends the connections; requests on them fail. */
  async close(): Promise<void> {
    const connection = this.#connection;
    this.#closes++;
    this.#connection = undefined;
    await connection?.destroy();
  }
}
