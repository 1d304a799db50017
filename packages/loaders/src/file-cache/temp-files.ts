import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@holdfast/core';

/** `<key>.<time of making, base 36>.<random>.tmp` */
const NAME = /^[a-z0-9-]{1,128}\.([a-z0-9]{1,12})\.[0-9a-f]{16}\.tmp$/;
/** A write of this age has no writer any more. */
const STALE_MS = 3_600_000;

/** Names for files that are not yet, or no longer, a record; and the end of those that dead writers left. */
export class TempFiles {
  readonly #directory: string;
  readonly #clock: Pick<Clock, 'now'>;
  #sweptAt: number | undefined;

  constructor(directory: string, clock: Pick<Clock, 'now'>) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /** A path that nobody can guess and that tells when it was made. */
  path(key: string): string {
    const madeAt = Math.floor(this.#clock.now()).toString(36);
    // not by node:crypto, which takes two milliseconds to load, and most starts only read
    const random = Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex');
    return join(this.#directory, `${key}.${madeAt}.${random}.tmp`);
  }

  /**
   * Removes what dead writers left, at most once an hour. What cannot be removed is left for the next time: it does not
   * keep a record from being written.
   */
  async sweep(): Promise<void> {
    const now = this.#clock.now();
    if (this.#sweptAt !== undefined && !isStale(this.#sweptAt, now)) return;
    this.#sweptAt = now;
    const names = await readdir(this.#directory);
    const stale = names.filter((name) => {
      const madeAt = NAME.exec(name)?.[1];
      return madeAt !== undefined && isStale(Number.parseInt(madeAt, 36), now);
    });
    await Promise.all(stale.map((name) => discard(join(this.#directory, name))));
  }
}

/** Removes a file if it is there and can be removed. */
export async function discard(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}

/** Also where the wall clock went back since. */
function isStale(at: number, now: number): boolean {
  return Math.abs(now - at) >= STALE_MS;
}
