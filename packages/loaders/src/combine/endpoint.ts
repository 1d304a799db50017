import {
  type Held,
  HoldfastError,
  isHoldfastError,
  LoadError,
  type LoadRequest,
  type LoadResult,
  type Loaded,
  type Loader,
  type Validator,
  type WatchRequest,
} from '@holdfast/core';
import { equalBytes } from '@holdfast/core/json';
import { kindOf } from '@holdfast/core/options';
import { resourceId } from '../http/resource-id.ts';
import { decodeWith } from '../internal/decode-with.ts';

/**
 * One of several loaders that give the same document.
 *
 * What it loads is marked as its own, in the origin of the validator: so that no validator is ever sent to another
 * endpoint, and a document is decoded by the loader that it came from.
 */
export class Endpoint {
  readonly loader: Loader;
  readonly #id: string;
  #mark: Promise<string | undefined> | undefined;

  /** @param id Tells it from the others, in this process and the next. May hold what nobody may see: it is hashed. */
  constructor(loader: Loader, id: string) {
    this.loader = loader;
    this.#id = id;
  }

  /** Whether the document came from here. */
  async owns({ validator }: Pick<Loaded, 'validator'>): Promise<boolean> {
    return isMarked(await this.#marking(), validator);
  }

  /**
   * Loads with the validator that is its own, if any. A document that cannot be decoded is a failure.
   *
   * @param decode Of all endpoints together.
   */
  async load(request: LoadRequest, decode: Loader['decode']): Promise<LoadResult> {
    const known = await this.#own(request.known);
    const held = await this.heldFor(request.held, decode);
    request.signal.throwIfAborted();
    // whoever is asked would decode what has no mark of ours
    const result = await this.loader.load({ ...request, known, held, asked: undefined });
    if (result?.kind === 'loaded') {
      const marked = await this.marked(result);
      await this.#checkDecodes(marked, request);
      return { ...result, ...marked };
    }
    if (result?.kind === 'unchanged' && known === undefined)
      throw this.#fault('it says "unchanged" about a document that it did not give');
    if (result?.kind === 'unchanged' || result?.kind === 'absent') return result;
    throw this.#fault('its load() gave no LoadResult');
  }

  /** Watches with the validator that is its own; what is offered is marked. */
  async watch(request: WatchRequest): Promise<void> {
    const mark = await this.#marking();
    request.signal.throwIfAborted();
    await this.loader.watch?.({
      ...request,
      known: () => own(mark, request.known()),
      offer: (loaded) => request.offer(this.#withMark(mark, loaded)),
    });
  }

  /** The document with the mark of this endpoint. */
  async marked(loaded: Loaded): Promise<Loaded> {
    return this.#withMark(await this.#marking(), loaded);
  }

  /** The document as its loader gave it. */
  async unmarked(loaded: Loaded): Promise<Loaded> {
    return { ...loaded, validator: await this.#own(loaded.validator) };
  }

  /** What the engine holds, as this endpoint may know it: what came from another one is decoded by `decode`, that of all. */
  async heldFor(held: Held | undefined, decode: Loader['decode']): Promise<Held | undefined> {
    // whoever is around us knows that it came from none of us
    if (held === undefined || held.decode) return held;
    const { bytes, evidence, validator } = held;
    if (await this.owns(held)) return { bytes, evidence, validator: await this.#own(validator) };
    const raw = bytes;
    if (raw === undefined || decode === undefined) return { bytes, evidence };
    return { bytes, evidence, decode: (limits) => decode({ raw, evidence, validator }, limits) };
  }

  /** Without WebCrypto, as on pages without TLS, there are no marks, and so no validators. */
  #withMark(mark: string | undefined, { validator, ...loaded }: Loaded): Loaded {
    const from = loaded.from ?? this.loader.name;
    if (mark === undefined) return { ...loaded, from };
    const origin = `${mark} ${validator?.origin ?? ''}`;
    return { ...loaded, from, validator: { ...validator, origin } };
  }

  #marking(): Promise<string | undefined> {
    this.#mark ??= resourceId(this.#id);
    return this.#mark;
  }

  async #own(validator: Validator | undefined): Promise<Validator | undefined> {
    return validator && own(await this.#marking(), validator);
  }

  /** The engine refuses what cannot be decoded, and asks nobody else then. What it holds in these bytes was decoded before. */
  async #checkDecodes(loaded: Loaded, { asked, limits, held }: LoadRequest): Promise<void> {
    const { raw } = loaded;
    const isBytes = raw instanceof Uint8Array;
    if (asked === undefined || (isBytes && held?.bytes && equalBytes(raw, held.bytes))) return;
    try {
      await decodeWith(asked, loaded, { limits, held });
    } catch (error) {
      const code = isHoldfastError(error) ? error.code : 'DECODE_FAILED';
      const what = error instanceof Error ? error.message || error.name : `threw ${kindOf(error)}`;
      throw new HoldfastError(code, `Cannot load ${this.loader.name}: its document ${what}`, {
        cause: error,
      });
    }
  }

  #fault(what: string): LoadError {
    return new LoadError(`Cannot load ${this.loader.name}: ${what}`);
  }
}

/** The document without the mark of whichever endpoint it came from. */
export function withoutMark<T extends Pick<Loaded, 'validator'>>(loaded: T): T {
  const [mark] = /^[0-9a-f]{64}(?= )/.exec(loaded.validator?.origin ?? '') ?? [];
  return { ...loaded, validator: own(mark, loaded.validator) };
}

function isMarked(
  mark: string | undefined,
  validator: Validator | undefined,
): validator is Validator {
  return mark !== undefined && validator?.origin.startsWith(`${mark} `) === true;
}

function own(mark: string | undefined, validator: Validator | undefined): Validator | undefined {
  if (mark === undefined || !isMarked(mark, validator)) return undefined;
  const origin = validator.origin.slice(mark.length + 1);
  // it had none of its own: only where the document came from was noted
  return origin === '' ? undefined : { ...validator, origin };
}
