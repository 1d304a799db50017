import type { HoldfastError } from '../errors.ts';
import { CLOSE_PATIENCE_MS, Delay, sha256 } from '../lazy-base.ts';
import type { KeyRing } from '../options/cache-keys.ts';
import type { Cache } from '../ports/cache.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Loaded } from '../ports/loader.ts';
import type { SourceDocument } from '../state/inputs.ts';
import { asCacheError, unusableRecord, type Unusable } from './cache-errors.ts';
import type { ManagerContext } from './context.ts';
import { decryptRecord, encryptRecord, keyIdOf } from './encryption.ts';
import { decodeRecord, encodeRecord } from './record.ts';

/** A document from the cache. */
export interface CachedDocument {
  readonly loaded: Loaded;
  /** Wall-clock time in milliseconds at which it was last confirmed. */
  readonly confirmedAt: number;
  /** It is the newest generation: what `confirmed` speaks of. */
  readonly newest: boolean;
}

/** The config whose documents are kept. */
export interface KeptConfig {
  readonly context: Pick<ManagerContext, 'clock' | 'scheduler'>;
  readonly closed: boolean;
}

/** How the secrets of a config are kept from those who can read the cache. */
export interface Protection {
  /** With any, every record is encrypted. */
  readonly keys: KeyRing;
  /** Whether what is in force holds secrets: without a key it is not stored. */
  holdsSecrets(): boolean;
  /** Something was not stored for that. */
  withheld(): void;
  /** What is stored in the place of a value. @default {the value itself} */
  stored?(raw: JsonValue): Promise<JsonValue>;
}

type Task =
  | { readonly kind: 'write'; readonly document: SourceDocument; readonly at: number | undefined }
  | { readonly kind: 'touch'; readonly at: number }
  | { readonly kind: 'remove' };

/**
 * The cache record of one source. Nobody on the way of a document waits for it: writes happen one after the other, and
 * of those that wait only the newest is done. A failure is reported once until a write succeeds again, and so is a cache
 * that does not end: two writes at once could overtake one another.
 */
export class RecordKeeper {
  readonly #cache: Cache;
  /** Names the record: environment, config, source and document. */
  readonly #names: readonly string[];
  readonly #config: KeptConfig;
  readonly #report: (error: HoldfastError) => void;
  readonly #protection: Protection;
  /** The cache failed when it was read. */
  unread = false;
  #key: Promise<string> | undefined;
  #next: Task | undefined;
  #working: Promise<void> | undefined;
  /** Why the last write did not succeed. */
  #failure: HoldfastError | undefined;
  /** What is stored as the newest is not what is in force: the next confirmation stores it again. */
  #behind = false;
  /** Which key each generation that was found is under, if any; none once they were replaced. */
  #found: readonly (string | undefined)[] = [];

  constructor(
    cache: Cache,
    names: readonly string[],
    config: KeptConfig,
    report: (error: HoldfastError) => void,
    protection: Protection,
  ) {
    this.#cache = cache;
    this.#names = names;
    this.#config = config;
    this.#report = report;
    this.#protection = protection;
  }

  /** What is stored, newest first; unusable generations are left out, and reported in one go. Rejects only where others `tell`. */
  async read(tell = true): Promise<readonly CachedDocument[]> {
    const documents: CachedDocument[] = [];
    const unusable: Unusable[] = [];
    try {
      const key = await this.#recordKey();
      const entries = await this.#cache.read(key);
      for (const [generation, { bytes, confirmedAt, where }] of entries.entries()) {
        const newest = generation === 0;
        await this.#decode(key, bytes).then(
          (loaded) => documents.push({ loaded, confirmedAt, newest }),
          (error: unknown) => unusable.push({ error, where }),
        );
      }
      if (unusable.length > 0) this.#report(unusableRecord(unusable, documents));
    } catch (error) {
      this.unread = true;
      if (!tell) throw error;
      this.#report(asCacheError(error, 'read'));
    }
    return documents;
  }

  /** A document was taken from the cache. */
  restored({ newest }: CachedDocument): void {
    this.#behind = !newest;
  }

  /** Removes what was found in clear, where it holds secrets now and there is no key for it. */
  withhold(): void {
    if (this.#found.includes(undefined) && this.#isWithheld()) this.#remove();
  }

  /** The document of this source, or that there is none, was confirmed at the wall-clock time `at`. */
  confirmed(document: SourceDocument | undefined, at: number): void {
    if (document === undefined) return this.#behind ? this.forget() : undefined;
    if (this.#behind || this.#isOutdated()) this.keep(document, at);
    else if (!document.doNotStore && !this.#isWithheld()) this.#confirm(at);
  }

  /** There is no document any more. */
  forget(): void {
    this.#enqueue({ kind: 'remove' });
  }

  /**
   * Stores the document, or forgets the record when it may not be stored. Says whether it may.
   *
   * @param at Wall-clock time at which it was confirmed, where that is long ago. @default {that of the writing}
   */
  keep(document: SourceDocument, at?: number): boolean {
    const may = !document.doNotStore && !this.#isWithheld();
    if (may) this.#enqueue({ kind: 'write', document, at });
    else this.#remove();
    return may;
  }

  /** The stored document was confirmed. */
  #confirm(at: number): void {
    // a document that is still to be written will be confirmed by that
    if (this.#cache.touch && this.#next === undefined) this.#enqueue({ kind: 'touch', at });
  }

  /** Resolves when all is written, or with why it is not. */
  async settled(): Promise<HoldfastError | undefined> {
    while (this.#working) await this.#working;
    return this.#failure;
  }

  #isWithheld(): boolean {
    return this.#protection.keys.length === 0 && this.#protection.holdsSecrets();
  }

  /** A generation is in clear, or under a key that is to go: the next confirmation stores it again. */
  #isOutdated(): boolean {
    const [key] = this.#protection.keys;
    return key !== undefined && this.#found.some((id) => id !== key.id);
  }

  #remove(): void {
    if (this.#isWithheld()) this.#protection.withheld();
    this.#enqueue({ kind: 'remove' });
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
      const patience = this.#awaits(task);
      try {
        await this.#do(task);
        this.#failure = undefined;
        if (task.kind === 'touch') continue;
        this.#behind = false;
        this.#found = [];
      } catch (error) {
        this.#fails(task, error);
        this.#behind = true;
      } finally {
        patience?.cancel();
      }
    }
    this.#working = undefined;
  }

  #fails({ kind }: Task, cause: unknown): void {
    const failure = asCacheError(cause, kind);
    if (!this.#failure) this.#report(failure);
    this.#failure = failure;
  }

  /** Tells of a task that does not end. */
  #awaits(task: Task): Delay | undefined {
    const { context, closed } = this.#config;
    if (closed) return undefined;
    const { clock, scheduler } = context;
    const text = `it has not ended within ${CLOSE_PATIENCE_MS} ms, and later documents wait for it`;
    return new Delay(scheduler, () => this.#fails(task, new Error(text))).start(
      clock.monotonic() + CLOSE_PATIENCE_MS,
    );
  }

  async #do(task: Task): Promise<void> {
    const key = await this.#recordKey();
    if (task.kind === 'write') {
      await this.#write(key, task.document);
      if (task.at !== undefined) await this.#cache.touch?.(key, task.at);
    } else if (task.kind === 'remove') await this.#cache.remove(key);
    else await this.#cache.touch?.(key, task.at);
  }

  async #write(key: string, document: SourceDocument): Promise<void> {
    const { keys } = this.#protection;
    const raw = (await this.#protection.stored?.(document.raw)) ?? document.raw;
    const bytes = await encodeRecord(key, { ...document, raw });
    // a cache keeps two generations: written twice, nothing is left that can be read without the first key
    for (let times = this.#isOutdated() ? 2 : 1; times > 0; times--) {
      const record = keys.length > 0 ? await encryptRecord(bytes, { keys, place: key }) : bytes;
      await this.#cache.write(key, record);
    }
  }

  async #decode(key: string, record: Uint8Array): Promise<Loaded> {
    const { keys } = this.#protection;
    const keyId = keyIdOf(record);
    this.#found = [...this.#found, keyId];
    const bytes = keyId === undefined ? record : await decryptRecord(record, { keys, place: key });
    return decodeRecord(key, bytes);
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
