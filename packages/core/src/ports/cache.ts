/** One stored record. */
export interface CacheEntry {
  /** As they were written. */
  readonly bytes: Uint8Array;
  /** Wall-clock time in milliseconds at which it was written or last touched. */
  readonly confirmedAt: number;
  /** Where people find it, such as the path of a file: messages name it. */
  readonly where?: string | undefined;
}

/** Where the last good documents are kept. Holds opaque bytes; the engine owns what is in them. */
export interface Cache {
  /** Newest first, at most two generations; empty where there is none. */
  read(key: string): Promise<readonly CacheEntry[]>;
  /** Makes `bytes` the newest generation, whole or not at all. */
  write(key: string, bytes: Uint8Array): Promise<void>;
  /** The newest generation was confirmed at wall-clock time `at`: no new generation. */
  touch?(key: string, at: number): Promise<void>;
  /** Forgets every generation. */
  remove(key: string): Promise<void>;
}
