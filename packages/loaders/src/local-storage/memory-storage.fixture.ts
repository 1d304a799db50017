import type { WebStorage } from '../local-storage.ts';

/** A Storage in memory with room for `most` characters, as browsers count them. */
export class MemoryStorage implements WebStorage {
  readonly items = new Map<string, string>();
  most: number;

  constructor(most = Number.POSITIVE_INFINITY) {
    this.most = most;
  }

  getItem(name: string): string | null {
    return this.items.get(name) ?? null;
  }

  setItem(name: string, text: string): void {
    let length = name.length + text.length;
    for (const [other, value] of this.items) {
      if (other !== name) length += other.length + value.length;
    }
    if (length > this.most) throw new DOMException('no room', 'QuotaExceededError');
    this.items.set(name, text);
  }

  removeItem(name: string): void {
    this.items.delete(name);
  }
}
