import {
  LoadError,
  type LoadRequest,
  type LoadResult,
  type Loaded,
  type Loader,
  type Validator,
  type WatchRequest,
} from '@holdfast/core';
import { resourceId } from '../http/resource-id.ts';

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
    return (await this.#own(validator)) !== undefined;
  }

  /** Loads with the validator that is its own, if any. */
  async load(request: LoadRequest): Promise<LoadResult> {
    const known = await this.#own(request.known);
    request.signal.throwIfAborted();
    const result = await this.loader.load({ ...request, known });
    if (result?.kind === 'loaded') return { ...result, ...(await this.marked(result)) };
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
      offer: (loaded) => request.offer(withMark(mark, loaded)),
    });
  }

  /** The document with the mark of this endpoint. */
  async marked(loaded: Loaded): Promise<Loaded> {
    return withMark(await this.#marking(), loaded);
  }

  /** The document as its loader gave it. */
  async unmarked(loaded: Loaded): Promise<Loaded> {
    return { ...loaded, validator: await this.#own(loaded.validator) };
  }

  #marking(): Promise<string | undefined> {
    this.#mark ??= resourceId(this.#id);
    return this.#mark;
  }

  async #own(validator: Validator | undefined): Promise<Validator | undefined> {
    return validator && own(await this.#marking(), validator);
  }

  #fault(what: string): LoadError {
    return new LoadError(`Cannot load ${this.loader.name}: ${what}`);
  }
}

/** The document without the mark of whichever endpoint it came from. */
export function withoutMark(loaded: Loaded): Loaded {
  const [mark] = /^[0-9a-f]{64}(?= )/.exec(loaded.validator?.origin ?? '') ?? [];
  return { ...loaded, validator: own(mark, loaded.validator) };
}

/** Without WebCrypto, as on pages without TLS, there are no marks, and so no validators. */
function withMark(mark: string | undefined, loaded: Loaded): Loaded {
  const { validator } = loaded;
  if (mark === undefined) return { ...loaded, validator: undefined };
  return { ...loaded, validator: { ...validator, origin: `${mark} ${validator?.origin ?? ''}` } };
}

function own(mark: string | undefined, validator: Validator | undefined): Validator | undefined {
  if (mark === undefined || !validator?.origin.startsWith(`${mark} `)) return undefined;
  const origin = validator.origin.slice(mark.length + 1);
  // it had none of its own: only where the document came from was noted
  return origin === '' ? undefined : { ...validator, origin };
}
