import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Documents } from './config-server/documents.ts';
import type { EtagKind, ServedOptions } from './config-server/documents.ts';
import { FaultQueue } from './config-server/fault.ts';
import type { ConfigServerFault, FaultOptions, PlainFault } from './config-server/fault.ts';
import { Listener } from './config-server/listener.ts';
import { Service } from './config-server/service.ts';
import type { ConfigServerRequest } from './config-server/service.ts';

export type { EtagKind, ServedOptions } from './config-server/documents.ts';
export type { ConfigServerFault, FaultOptions, PlainFault } from './config-server/fault.ts';
export type { ConfigServerRequest } from './config-server/service.ts';

/** What {@link configServer} can be told. */
export interface ConfigServerOptions {
  /** What is served at first, by path; see {@link ConfigServer.set}. @default {nothing} */
  readonly documents?: Readonly<Record<string, unknown>>;
  /** Entity tags, made from the bytes of a document: the same bytes have the same tag. @default {'strong'} */
  readonly etags?: EtagKind;
  /** Sends `Last-Modified`, the time at which a document was set, and answers `If-Modified-Since`. @default {false} */
  readonly lastModified?: boolean;
  /** Sends `Date`. @default {false} */
  readonly date?: boolean;
  /** Port to listen on; 0 takes a free one. @default {0} */
  readonly port?: number;
  /** Whether the server lets its process exit while it listens. @default {false} */
  readonly unref?: boolean;
  /** After how many idle milliseconds the server closes a kept connection. @default {5000} */
  readonly keepAliveTimeoutMs?: number;
  /** Key and certificate in PEM: serves HTTPS. @default {plain HTTP} */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Where times come from, in milliseconds since 1970. @default {the system clock} */
  readonly now?: () => number;
}

/** A real HTTP server of documents on 127.0.0.1 that misbehaves on command. */
export interface ConfigServer extends AsyncDisposable {
  /** The same as long as the server lives, also through `refuse` and `heal()`. */
  readonly port: number;
  /** Every request so far, oldest first. */
  readonly requests: readonly ConfigServerRequest[];
  /** Connections that are open now. */
  readonly connections: number;
  /** The whole URL of a path. */
  url(path: string): string;
  /** Serves `document` from now on: strings and bytes as they are, anything else as its JSON. */
  set(path: string, document: unknown, options?: ServedOptions): void;
  /**
   * Serves what `change` makes of the document, with the options that it was set with: one that was set with an `etag` of
   * its own keeps that tag.
   *
   * @throws {Error} When there is no document, or it is not JSON.
   */
  edit<T>(path: string, change: (document: T) => T): void;
  /** Serves the document no more: 404. */
  delete(path: string): void;
  /**
   * Misbehaves from the next request on. Several faults come in the order in which they were set, each after the one
   * before has met its `times`; one without `times` stays until `heal()`. Settles when it is in force.
   */
  fault(fault: ConfigServerFault | PlainFault, options?: FaultOptions): Promise<void>;
  /** Ends every fault. Requests that hang go on hanging. Settles when the server listens, on the same port. */
  heal(): Promise<void>;
  /** Ends every connection and frees the port. Safe to call again. */
  close(): Promise<void>;
}

/**
 * Starts a config server. It counts as a real source in tests and demos: real sockets, real bytes, no clock but the
 * system's.
 *
 * @throws {Error} When `port` is taken.
 */
export async function configServer(options: ConfigServerOptions = {}): Promise<ConfigServer> {
  const { etags = 'strong', lastModified = false, date = false, port = 0, unref = false } = options;
  // oxlint-disable-next-line no-restricted-properties -- the server's time is not the SDK's
  const { documents: first = {}, keepAliveTimeoutMs = 5_000, now = Date.now, tls } = options;
  const documents = new Documents({ etags, lastModified, now });
  for (const [path, document] of Object.entries(first)) documents.set(path, document);
  const faults = new FaultQueue();
  const service = new Service({ documents, faults, date, now });
  const server = tls ? createTlsServer(tls) : createServer();
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.on('request', (request, response) => void service.answer(request, response));
  const listener = new Listener(server, { port, unref });
  await listener.open();
  const base = `${tls ? 'https' : 'http'}://127.0.0.1:${listener.port}`;
  return assemble(base, { documents, faults, service, listener });
}

interface Parts {
  readonly documents: Documents;
  readonly faults: FaultQueue;
  readonly service: Service;
  readonly listener: Listener;
}

function assemble(base: string, { documents, faults, service, listener }: Parts): ConfigServer {
  return {
    port: listener.port,
    requests: service.requests,
    get connections() {
      return listener.connections;
    },
    url: (path) => new URL(path, base).href,
    set: (path, document, options) => documents.set(path, document, options),
    edit: (path, change) => documents.edit(path, change),
    delete: (path) => documents.delete(path),
    async fault(given, options = {}) {
      const fault: ConfigServerFault = typeof given === 'string' ? { kind: given } : given;
      if (fault.kind === 'refuse') await listener.close();
      else faults.add(fault, options);
    },
    async heal() {
      faults.clear();
      await listener.reopen();
    },
    close: () => listener.close(),
    [Symbol.asyncDispose]: () => listener.close(),
  };
}
