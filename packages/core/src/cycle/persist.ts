import { HoldfastError, messageOf, sha256 } from '../lazy-base.ts';
import type { Cache } from '../ports/cache.ts';
import type { Loaded } from '../ports/loader.ts';
import type { SourceDocument } from '../state/inputs.ts';
import { decodeRecord, encodeRecord } from './record.ts';

/** A document from the cache. */
export interface CachedDocument {
  readonly loaded: Loaded;
  /** Wall-clock time in milliseconds at which it was last confirmed. */
  readonly confirmedAt: number;
  /** It is the newest generation: what `confirm` speaks of. */
  readonly newest: boolean;
}

type Task =
  | { readonly kind: 'write'; readonly document: SourceDocument }
  | { readonly kind: 'touch'; readonly at: number }
  | { readonly kind: 'remove' };

/**
 * The cache record of one source. Nobody on the way of a document waits for it: writes happen one after the other, and
 * of those that wait only the newest is done. A failure is reported once until a write succeeds again.
 */
export class RecordKeeper {
  readonly #cache: Cache;
  /** Names the record: environment, config, source and document. */
  readonly #names: readonly string[];
  readonly #report: (error: HoldfastError) => void;
  #key: Promise<string> | undefined;
  #next: Task | undefined;
  #working: Promise<void> | undefined;
  #failing = false;
  /** What is stored as the newest is not what is in force: the next confirmation stores it again. */
  #behind = false;

  constructor(cache: Cache, names: readonly string[], report: (error: HoldfastError) => void) {
    this.#cache = cache;
    this.#names = names;
    this.#report = report;
  }

  /** What is stored, newest first; unusable generations are reported and left out. Never rejects. */
  async read(): Promise<readonly CachedDocument[]> {
    const documents: CachedDocument[] = [];
    try {
      const key = await this.#recordKey();
      for (const [generation, { bytes, confirmedAt }] of (await this.#cache.read(key)).entries()) {
        const newest = generation === 0;
        await decodeRecord(key, bytes).then(
          (loaded) => documents.push({ loaded, confirmedAt, newest }),
          (error: unknown) => this.#report(asCacheError(error, 'read')),
        );
      }
    } catch (error) {
      this.#report(asCacheError(error, 'read'));
    }
    return documents;
  }

  /** A document was taken from the cache. */
  restored({ newest }: CachedDocument): void {
    this.#behind = !newest;
  }

  /** The document of this source was confirmed at the wall-clock time `at`. */
  confirmed(document: SourceDocument, at: number): void {
    if (this.#behind) this.keep(document);
    else if (!document.doNotStore) this.confirm(at);
  }

  /** There is no document any more. */
  forget(): void {
    this.#enqueue({ kind: 'remove' });
  }

  /** Stores the document, or forgets the record when it may not be stored. */
  keep(document: SourceDocument): void {
    this.#enqueue(document.doNotStore ? { kind: 'remove' } : { kind: 'write', document });
  }

  /** The stored document was confirmed. */
  confirm(at: number): void {
    // a document that is still to be written will be confirmed by that
    if (this.#cache.touch && this.#next === undefined) this.#enqueue({ kind: 'touch', at });
  }

  /** Resolves when all is written. */
  async settled(): Promise<void> {
    while (this.#working) await this.#working;
  }

  #enqueue(task: Task): void {
    this.#next = task;
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    // so that what is committed in one go is written once, and never before its listeners were called
    await Promise.resolve();
    for (let task = this.#next; task; task = this.#next) {
      this.#next = undefined;
      try {
        await this.#do(task);
        this.#failing = false;
        if (task.kind !== 'touch') this.#behind = false;
      } catch (error) {
        if (!this.#failing) this.#report(asCacheError(error, task.kind));
        this.#failing = true;
        this.#behind = true;
      }
    }
    this.#working = undefined;
  }

  async #do(task: Task): Promise<void> {
    const key = await this.#recordKey();
    if (task.kind === 'write') await this.#cache.write(key, await encodeRecord(key, task.document));
    else if (task.kind === 'remove') await this.#cache.remove(key);
    else await this.#cache.touch?.(key, task.at);
  }

  /** A hash: the key of a loader may hold a credential. */
  async #recordKey(): Promise<string> {
    if ((crypto as Partial<typeof crypto>).subtle === undefined) {
      throw new Error(
        'its keys need crypto.subtle, which browsers have on https: and localhost only',
      );
    }
    const text = JSON.stringify(['holdfast', ...this.#names]);
    this.#key ??= sha256(new TextEncoder().encode(text));
    return this.#key;
  }
}

function asCacheError(cause: unknown, operation: string): HoldfastError {
  return new HoldfastError('CACHE_FAILED', `The cache failed (${operation}): ${messageOf(cause)}`, {
    cause,
  });
}
