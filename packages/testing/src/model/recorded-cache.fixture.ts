import type { Cache, CacheEntry } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import type { ManualClock } from '../manual-clock.ts';

/** A cache, in memory unless another one is given, of which all bytes can be seen. */
export class RecordedCache implements Cache {
  readonly #inner: Cache;
  readonly #forgetful: boolean;
  readonly #keys = new Set<string>();

  constructor(clock: ManualClock, forgetful: boolean, inner: Cache = memoryCache({ clock })) {
    this.#inner = inner;
    this.#forgetful = forgetful;
  }

  read(key: string): Promise<readonly CacheEntry[]> {
    return this.#inner.read(key);
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    if (this.#forgetful) return;
    this.#keys.add(key);
    await this.#inner.write(key, bytes);
  }

  async touch(key: string, at: number): Promise<void> {
    await this.#inner.touch!(key, at);
  }

  async remove(key: string): Promise<void> {
    await this.#inner.remove(key);
  }

  /** All records, both generations of each, byte for byte. */
  async all(): Promise<readonly (readonly string[])[]> {
    const entries = [...this.#keys].map(async (key) => {
      const generations = await this.read(key);
      return [key, ...generations.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))];
    });
    return Promise.all(entries);
  }
}
