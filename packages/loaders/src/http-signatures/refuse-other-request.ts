import { distrust } from '../verified/distrust.ts';
import { derived, type Message } from './signature-base.ts';

/** What an answer is held against. */
interface Asked {
  /** Key of the loader: the URL that it asks, unless it is made of several. */
  readonly key: string;
  /** What must be of the request, as `covers` writes it: `@path;req`. */
  readonly components: readonly string[];
  /** It came just now, and not from a cache. */
  readonly isNew: boolean;
}

/**
 * Refuses an answer to another request than the one that its loader makes, in what of it a signature must cover. A record
 * of a cache says by itself which URL it is of, and a redirect leads to one that the origin chose.
 *
 * Of several loaders it is not known which one was asked: theirs count only as they come.
 *
 * @throws {HoldfastError} `UNTRUSTED`
 */
export function refuseOtherRequest(
  request: Message | undefined,
  { key, components, isNew }: Asked,
): void {
  const isUrl = /^https?:/.test(key) && URL.canParse(key);
  for (const component of components) {
    if (!isUrl && !isNew)
      throw distrust(`in a cache, nobody knows of which of several URLs its ${component} is`);
    const name = component.replace(/;req$/, '');
    const asked = { ...request, headers: {}, url: key };
    if (isUrl && request && derived(request, name) !== derived(asked, name))
      throw distrust(`its ${component} is not that of what its loader asks`);
  }
}
