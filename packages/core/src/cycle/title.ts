import type { Loader } from '../ports/loader.ts';

/** A loader as messages name it: with its host and port, also where the user's name for it leaves them out. */
export function titleOf({ name, origin = '' }: Loader): string {
  const [, host = ''] = origin.split('://');
  return name.includes(host) ? name : `${name} (${host})`;
}

/** Who gave a document, where that is not the loader itself. */
interface Giver {
  readonly pushedBy?: string | undefined;
  /** One of the several loaders that it is made of. */
  readonly from?: string | undefined;
  /** It is from the cache: what a process before had, which is no fault of the source. */
  readonly cached?: boolean | undefined;
}

/** How a sentence about a document begins. */
export function subjectOf(loader: Loader, { pushedBy, from, cached }: Giver): string {
  if (pushedBy !== undefined) return `The document that ${pushedBy} pushed`;
  const what = cached ? 'cached document' : 'document';
  return `The ${what} of ${titleOf(loader)}${from === undefined ? '' : ` (from ${from})`}`;
}
