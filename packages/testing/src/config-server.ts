import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { OptionChecks } from '@holdfast/core/options';
import { Documents } from './config-server/documents.ts';
import type { ServedOptions } from './config-server/documents.ts';
import { FaultQueue } from './config-server/fault.ts';
import type { ConfigServerFault, FaultOptions, PlainFault } from './config-server/fault.ts';
import { checkFault } from './config-server/check-fault.ts';
import { Listener } from './config-server/listener.ts';
import { type ConfigServerOptions, resolveServer } from './config-server/options.ts';
import { Service } from './config-server/service.ts';
import type { ConfigServerRequest } from './config-server/service.ts';

export type { EtagKind, ServedOptions } from './config-server/documents.ts';
export type { ConfigServerFault, FaultOptions, PlainFault } from './config-server/fault.ts';
export type { ConfigServerOptions } from './config-server/options.ts';
export type { ConfigServerRequest } from './config-server/service.ts';

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
 * @throws {HoldfastError} `INVALID_OPTIONS`; so do the methods of the server.
 * @throws {Error} When `port` is taken.
 */
export async function configServer(options: ConfigServerOptions = {}): Promise<ConfigServer> {
  const policy = resolveServer(options);
  const { port, unref, date, now, tls } = policy;
  const documents = new Documents(policy);
  for (const [path, document] of Object.entries(policy.documents)) documents.set(path, document);
  const faults = new FaultQueue();
  const service = new Service({ documents, faults, date, now });
  const server = tls ? tlsServer(tls) : createServer();
  server.keepAliveTimeout = policy.keepAliveTimeoutMs;
  server.on('request', (request, response) => {
    // what cannot be answered ends a connection, and not the process
    service.answer(request, response).catch(() => response.destroy());
  });
  const listener = new Listener(server, { port, unref });
  await listener.open();
  const base = `${tls ? 'https' : 'http'}://127.0.0.1:${listener.port}`;
  return assemble(base, { documents, faults, service, listener });
}

function tlsServer(tls: NonNullable<ConfigServerOptions['tls']>): Server {
  try {
    return createTlsServer(tls);
  } catch {
    const check = new OptionChecks('configServer()');
    throw check.fail('tls', 'a key and its certificate in PEM', tls);
  }
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
      checkFault(fault, options);
      if (fault.kind === 'refuse') await listener.close();
      else faults.add(fault, options);
    },
    async heal() {
      faults.clear();
      await listener.reopen();
    },
    close: () => listener.end(),
    [Symbol.asyncDispose]: () => listener.end(),
  };
}
