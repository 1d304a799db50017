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
import { bytesOf, type Proof, type Proven } from './proof.ts';
import { refuseExpired, refuseOlder, type TermPaths, type Terms, termsOf } from './terms.ts';
import { unjudged } from './unjudged.ts';

/** A document whose proof held. */
interface Opened {
  readonly value: JsonValue;
  readonly terms: Terms;
  readonly signatureEnds: number | undefined;
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
  /** By the bytes that the engine holds: a poll that finds nothing new need not decode them again. */
  readonly #terms = new WeakMap<Uint8Array, Terms>();

  constructor(loader: Loader, proof: Proof, paths: TermPaths) {
    this.#loader = loader;
    this.#proof = proof;
    this.#paths = paths;
  }

  /**
   * The document, where everything about it is right.
   *
   * @throws {HoldfastError} `UNTRUSTED`; a `LoadError` where it cannot be judged; or what the loader's own `decode` throws.
   */
  async judge(loaded: Loaded, { limits, held, at }: Standard): Promise<JsonValue> {
    const opened = await this.#open(loaded, limits, held);
    if (at !== undefined) {
      refuseExpired(opened.signatureEnds, at);
      refuseExpired(opened.terms.expiresAt, at);
    }
    if (this.#paths.version && held?.bytes) await this.#compare(opened, held, limits);
    return opened.value;
  }

  /**
   * Why what is held is not good enough to be confirmed: it is over, or its key is trusted no more. Undefined where it is.
   *
   * @returns What `judge` would throw.
   */
  async faultOf(
    { bytes, evidence, validator, decode }: Held,
    { limits, at }: { readonly limits: Limits; readonly at: number },
  ): Promise<unknown> {
    // what another one gave is none that this loader could confirm
    if (bytes === undefined || decode) return undefined;
    const held = { raw: bytes, evidence, validator };
    try {
      // who is trusted may be another matter by now; what the document says is not
      const proven = await this.#prove(held);
      refuseExpired(proven.expiresAt, at);
      if (this.#paths.expires === undefined) return undefined;
      const known = this.#terms.get(bytes);
      const terms = known ?? termsOf(await this.#decode(held, proven, limits), this.#paths);
      this.#terms.set(bytes, terms);
      refuseExpired(terms.expiresAt, at);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  async #prove(loaded: Loaded): Promise<Proven> {
    try {
      return await this.#proof.prove(loaded, this.#loader.key);
    } catch (error) {
      throw unjudged('its proof', error);
    }
  }

  async #open(loaded: Loaded, limits: Limits, held: Held | undefined): Promise<Opened> {
    const proven = await this.#prove(loaded);
    const value = await this.#decode(loaded, proven, limits, held);
    return { value, terms: termsOf(value, this.#paths), signatureEnds: proven.expiresAt };
  }

  async #decode(
    loaded: Loaded,
    { bytes }: Proven,
    limits: Limits,
    held?: Held,
  ): Promise<JsonValue> {
    const loader = this.#loader;
    if (!loader.decode) return parseJson(bytes);
    return (await loader.decode({ ...loaded, raw: bytes }, limits, held)) as JsonValue;
  }

  /**
   * Undefined where its key is trusted no more: who takes a key away lets go of the versions that it signed. So does who
   * changes how documents are decoded, such that what is held is none any more: else nothing could ever follow it.
   */
  async #openHeld(
    { bytes, evidence, validator, decode }: Held,
    limits: Limits,
  ): Promise<Opened | undefined> {
    try {
      if (decode === undefined)
        return await this.#open({ raw: bytes!, evidence, validator }, limits, undefined);
      const value = (await decode(limits)) as JsonValue;
      return { value, terms: termsOf(value, this.#paths), signatureEnds: undefined };
    } catch (error) {
      // it cannot be judged now
      if (isLoadError(error)) throw error;
      return undefined;
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
