import {
  type Held,
  HoldfastError,
  isHoldfastError,
  isLoadError,
  type JsonValue,
  LoadError,
  type Limits,
  type Loaded,
  type Loader,
} from '@holdfast/core';
import { fingerprint, parseJson } from '@holdfast/core/json';
import { distrust } from './distrust.ts';
import { bytesOf, type Proof } from './proof.ts';
import { refuseExpired, refuseOlder, type TermPaths, type Terms, termsOf } from './terms.ts';

/** A document whose proof held. */
interface Opened {
  readonly value: JsonValue;
  readonly terms: Terms;
}

/** What a document is judged against. */
interface Standard {
  readonly limits: Limits;
  /** What it would replace. */
  readonly held?: Held | undefined;
  /** Wall-clock time that must be before its end; absent where its age does not count. */
  readonly at?: number;
}

/** Judges documents. It remembers nothing: what must not be gone back from is what the engine holds. */
export class Guard {
  readonly #loader: Loader;
  readonly #proof: Proof;
  readonly #paths: TermPaths;
  /** By the bytes that the engine holds: a poll that finds nothing new need not verify them again. */
  readonly #ends = new WeakMap<Uint8Array, Terms>();

  constructor(loader: Loader, proof: Proof, paths: TermPaths) {
    this.#loader = loader;
    this.#proof = proof;
    this.#paths = paths;
  }

  /**
   * The document, where everything about it is right.
   *
   * @throws {HoldfastError} `UNTRUSTED`, or what the loader's own `decode` throws.
   */
  async judge(loaded: Loaded, { limits, held, at }: Standard): Promise<JsonValue> {
    const opened = await this.#open(loaded, limits, held);
    if (at !== undefined) refuseExpired(opened.terms, at);
    if (this.#paths.version && held?.bytes) await this.#compare(opened, held, limits);
    return opened.value;
  }

  /** The origin says that what is held is still the one: then it must not be over. */
  async judgeHeld(
    held: Held | undefined,
    { limits, at }: { readonly limits: Limits; readonly at: number },
  ): Promise<void> {
    if (held?.bytes === undefined) return;
    const known = this.#ends.get(held.bytes);
    const terms = known ?? (await this.#openHeld(held, limits))?.terms;
    if (terms === undefined) return;
    this.#ends.set(held.bytes, terms);
    refuseExpired(terms, at);
  }

  async #open(loaded: Loaded, limits: Limits, held: Held | undefined): Promise<Opened> {
    const { bytes, expiresAt } = await this.#proof.prove(loaded);
    const loader = this.#loader;
    const value = loader.decode
      ? ((await loader.decode({ ...loaded, raw: bytes }, limits, held)) as JsonValue)
      : await parseJson(bytes);
    return { value, terms: termsOf(value, this.#paths, expiresAt) };
  }

  /** Undefined where its key is trusted no more: who takes a key away lets go of the versions that it signed. */
  async #openHeld({ bytes, evidence }: Held, limits: Limits): Promise<Opened | undefined> {
    try {
      return await this.#open({ raw: bytes!, evidence }, limits, undefined);
    } catch (error) {
      if (isHoldfastError(error) && error.code === 'UNTRUSTED') return undefined;
      throw error;
    }
  }

  async #compare(next: Opened, held: Held, limits: Limits): Promise<void> {
    const before = await this.#openHeld(held, limits);
    if (before === undefined) return;
    refuseOlder(next.terms, before.terms);
    if (next.terms.version !== before.terms.version) return;
    const [ours, theirs] = await Promise.all([next, before].map((each) => fingerprint(each.value)));
    if (ours !== theirs) throw distrust(`it is another document of version ${next.terms.version}`);
  }
}

/**
 * Judges what was loaded just now. What cannot be decoded, and what is beyond the limits, the engine refuses by itself.
 *
 * @throws {HoldfastError} as a failure of the load: another endpoint may have a better document.
 */
export async function judgeLoaded(
  guard: Guard,
  { name, loaded, standard }: { name: string; loaded: Loaded; standard: Standard },
): Promise<void> {
  const bytes = bytesOf(loaded);
  if (bytes && bytes.length > standard.limits.maxBytes) return;
  try {
    await guard.judge(loaded, standard);
  } catch (error) {
    throwUntrusted(name, error);
  }
}

/** Throws `error` as a failure of this loader, unless it is about anything else than trust. */
export function throwUntrusted(name: string, error: unknown): void {
  if (!isHoldfastError(error)) return;
  const message = `Cannot load ${name}: its document ${error.message}`;
  if (error.code === 'UNTRUSTED') throw new HoldfastError('UNTRUSTED', message, { cause: error });
  if (isLoadError(error)) throw new LoadError(message, { retry: error.retry, cause: error });
}
