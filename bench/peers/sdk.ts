/** A peer's client at work against the server of `peer-server.ts`, used as its own documentation says. */
export interface PeerClient {
  /** Polls once; ends when the SDK is through with the answer. */
  readonly poll: () => Promise<unknown>;
  /** Reads one value, so often. */
  readonly read: (times: number) => unknown;
  readonly close: () => unknown;
}

/** A product that polls, as our rows use it. */
export interface PeerSdk {
  /** Its package, as `bench/package.json` pins it. */
  readonly package: string;
  /** How people call it. */
  readonly label: string;
  /** What its documentation tells an application to import. */
  readonly use: string;
  /** Makes a client that has its first document, from the server at `origin`; `key` keeps clients of one process apart. */
  connect(origin: string, bytes: number, key?: string): Promise<PeerClient>;
}

/**
 * Imports a peer's package. It is named by a variable and described where it is used, since a plain install of this
 * repository does not have it.
 */
export async function importPeer<T>(name: string): Promise<T> {
  return (await import(name)) as T;
}
