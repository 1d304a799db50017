import type { Cache } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import type { ManualClock } from '../manual-clock.ts';

/** What a cache does with whatever it is asked from now on. */
export type CacheMood = 'works' | 'fails' | 'is slow' | 'hangs';

const SLOW_MS = 300;

/** A cache in memory that outlives processes, and works as badly as it is told to. */
export class OrdealCache {
  mood: CacheMood = 'works';
  readonly #clock: ManualClock;
  readonly #memory: Cache;
  readonly #hanging = new Set<() => void>();
  readonly #unread: () => void;

  /** @param unread Called when something was not read. */
  constructor(clock: ManualClock, unread: () => void) {
    this.#clock = clock;
    this.#unread = unread;
    this.#memory = memoryCache({ clock });
  }

  /** What hangs goes on, in the order in which it was asked for. */
  release(): void {
    for (const resume of this.#hanging) resume();
    this.#hanging.clear();
  }

  /** As one process sees it: what is under way when the process ends leaves no trace. */
  of(process: { readonly ended: boolean }): Cache {
    const memory = this.#memory;
    const soon = async <T>(act: () => Promise<T>): Promise<T> => {
      await this.#misbehave();
      if (process.ended) throw new Error('the process has ended');
      return act();
    };
    return {
      read: (key) =>
        soon(() => memory.read(key)).catch((error: unknown) => {
          this.#unread();
          throw error;
        }),
      write: (key, bytes) => soon(() => memory.write(key, bytes)),
      touch: (key, at) => soon(() => memory.touch!(key, at)),
      remove: (key) => soon(() => memory.remove(key)),
    };
  }

  #misbehave(): Promise<void> | undefined {
    switch (this.mood) {
      case 'works':
        return undefined;
      case 'fails':
        return Promise.reject(new Error('disk failure'));
      case 'is slow':
        return new Promise((resolve) => void this.#clock.setTimer(SLOW_MS, resolve));
      case 'hangs':
        return new Promise((resolve) => void this.#hanging.add(resolve));
    }
  }
}
