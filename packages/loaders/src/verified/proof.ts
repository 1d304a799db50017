import type { Loaded, LoadRequest } from '@holdfast/core';

/** How documents prove where they come from: `detached()`, `jws()`, `httpSignatures()`, `contentDigest()`, or your own. */
export interface Proof {
  /**
   * Brings what lies beside a document that was just loaded into its evidence, which is kept with it. Where there is this,
   * documents that are pushed are not taken: each has the origin polled instead.
   */
  collect?(loaded: Loaded, request: SideRequest): Promise<Loaded>;
  /**
   * The document itself, where it is proven to be of somebody who is trusted. Asked again for each document that is read
   * from a cache: it sees nothing but what is kept, and whoever writes to the cache writes all of that.
   *
   * @param key Of the loader that was asked: the URL, where it is one over HTTP.
   * @throws {HoldfastError} `UNTRUSTED`, saying why it is not. Anything else means that it cannot be judged now.
   */
  prove(loaded: Loaded, key?: string): Promise<Proven>;
  /** Frees what it holds open. */
  close?(): Promise<void>;
}

/** What is asked of the loader of a signature. */
export type SideRequest = Pick<LoadRequest, 'signal' | 'time' | 'limits' | 'deadlineMs'>;

/** What a proof is about. */
export interface Proven {
  /** The document as its signer wrote it. */
  readonly bytes: Uint8Array;
  /** Wall-clock time in milliseconds from which on the signature itself does not hold any more. */
  readonly expiresAt?: number | undefined;
}

/** The bytes of a loaded document: only bytes can be signed. */
export function bytesOf({ raw }: Loaded): Uint8Array | undefined {
  return raw instanceof Uint8Array ? raw : undefined;
}
