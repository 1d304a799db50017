import type { Socket } from 'node:net';
import { LoadError } from '@holdfast/core';
import type { Dispatcher, EnvHttpProxyAgent, Pool, WebSocket, buildConnector, util } from 'undici';
import type { Answer, Inquiry, Transport } from '../http/transport.ts';
import { acceptedEncodings, decodeContent } from './content-encoding.ts';
import { exchange } from './exchange.ts';
import type { HttpPolicy } from './options.ts';
import { checkTlsMaterial, type TlsMaterial } from './tls-material.ts';

/** A way to the origin, counted: a retired one is destroyed when the last request on it has settled. */
export class Connection implements Transport {
  readonly decode: typeof decodeContent = decodeContent;
  readonly headers: readonly string[];
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  /** The certificates that it was opened with. */
  readonly tls: TlsMaterial;
  readonly #destroy: () => Promise<void>;
  #users = 0;
  #retired = false;

  constructor(way: Way, encodings: string, tls: TlsMaterial) {
    this.headers = ['accept-encoding', encodings];
    this.dispatcher = way.dispatcher;
    this.tls = tls;
    this.#destroy = way.destroy;
  }

  exchange(inquiry: Inquiry): Promise<Answer> {
    return exchange(this, inquiry);
  }

  /** Whether it may be given to nobody any more. */
  get retired(): boolean {
    return this.#retired;
  }

  /** Counts one more user, who must call {@link release} once. */
  use(): this {
    this.#users += 1;
    return this;
  }

  /** Counts one user less. */
  release(): void {
    this.#users -= 1;
    if (this.#retired && this.#users === 0) this.#destroy().catch(() => {});
  }

  /** Gives it to nobody any more, and destroys it once its users are gone. */
  retire(): void {
    this.#retired = true;
    if (this.#users === 0) this.#destroy().catch(() => {});
  }

  /** Destroys it now; requests on it fail. */
  async destroy(): Promise<void> {
    this.#retired = true;
    await this.#destroy();
  }
}

/**
 * Opens the way that `policy` asks for. undici is imported here, at the first load, and nowhere else.
 *
 * @param standing It stays open, and holds no process while it does.
 * @throws {LoadError} `retry: 'slow'` when undici or a proxy's address cannot be used.
 */
export async function openConnection(
  policy: HttpPolicy,
  tls: TlsMaterial,
  standing = false,
): Promise<Connection> {
  if (policy.tls) await checkTlsMaterial(tls, policy.name);
  const accepted = policy.compression ? acceptedEncodings() : 'identity';
  const [way, encodings] = await Promise.all([wayOf(policy, tls, standing), accepted]);
  return new Connection(way, encodings, tls);
}

/** A dispatcher, and what ends it. */
interface Way {
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly destroy: () => Promise<void>;
}

/** Of a way of our own. */
interface Kind {
  readonly proxied: boolean;
  readonly standing: boolean;
}

async function wayOf(policy: HttpPolicy, tls: TlsMaterial, standing: boolean): Promise<Way> {
  // theirs to close
  if (policy.dispatcher) return { dispatcher: policy.dispatcher, destroy: async () => {} };
  const proxied = policy.proxyFromEnvironment && hasProxy(process.env);
  try {
    return ownWay(await undiciModule(), policy, tls, { proxied, standing });
  } catch {
    // the error of a bad address would quote it, credentials and all
    const what = proxied
      ? 'the proxy in the environment has no usable URL'
      : 'undici cannot be used';
    throw new LoadError(`Cannot load ${policy.name}: ${what}`, { retry: 'slow' });
  }
}

/** What is used of the module that is imported late. */
export interface Undici {
  readonly Pool: typeof Pool;
  readonly EnvHttpProxyAgent: typeof EnvHttpProxyAgent;
  readonly buildConnector: typeof buildConnector;
  readonly WebSocket: typeof WebSocket;
  readonly util: Pick<typeof util, 'parseHeaders'>;
}

/** By its file, since Bun has a stand-in for the bare name; bundlers leave only the default of CommonJS. */
export async function undiciModule(): Promise<Undici> {
  const module: Undici & { readonly default?: Undici } = await import('undici/index.js');
  return module.default ?? module;
}

function ownWay(
  undici: Undici,
  policy: HttpPolicy,
  tls: TlsMaterial,
  { proxied, standing }: Kind,
): Way {
  const sockets = new Set<Socket>();
  const { connectTimeoutMs: timeout, lookup, target } = policy;
  const pool = (origin: string | URL, { connect }: Connecting): Pool =>
    new undici.Pool(origin, { connect: known(connect, sockets, standing) });
  const toOrigin = { timeout, ...tls, ...(lookup && { lookup }) };
  const connect = undici.buildConnector(toOrigin);
  const dispatcher = proxied
    ? new undici.EnvHttpProxyAgent({
        // around the proxy, to it, and through it
        connect,
        proxyTls: { timeout },
        requestTls: toOrigin,
        factory: pool,
        clientFactory: pool,
        // http: is forwarded, as by every other client; many proxies refuse CONNECT to port 80
        proxyTunnel: false,
      })
    : pool(target.origin, { connect });
  return {
    dispatcher,
    async destroy() {
      for (const socket of sockets) socket.destroy();
      await dispatcher.destroy();
    },
  };
}

/** Of the options of a pool, what undici gives where it wants one. */
interface Connecting {
  readonly connect: buildConnector.connector;
}

/**
 * Knows the sockets until they close: undici would leave one that still connects to its time-out, which holds the process,
 * and one that became a tunnel to itself. Those that are to stand hold no process.
 */
function known(
  connect: buildConnector.connector,
  sockets: Set<Socket>,
  standing: boolean,
): buildConnector.connector {
  return (options, callback) => {
    // declared as void, but undici's own gives the socket, and that of a tunnel, whose socket is known already, a promise
    const socket = connect(options, (...[error, opened]) => {
      if (error) return callback(error, null);
      // undici would hold the process again for as long as a request is under way
      if (standing) opened.unref().ref = () => opened;
      callback(null, opened);
    }) as unknown as Socket | Promise<void>;
    if (socket instanceof Promise) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
}

function hasProxy(environment: NodeJS.ProcessEnv): boolean {
  const { http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY } = environment;
  return Boolean(http_proxy || HTTP_PROXY || https_proxy || HTTPS_PROXY);
}
