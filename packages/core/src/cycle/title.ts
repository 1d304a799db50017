import type { Loader } from '../ports/loader.ts';

/** A loader as messages name it: with its host and port, also where the user's name for it leaves them out. */
export function titleOf({ name, origin = '' }: Loader): string {
  const [, host = ''] = origin.split('://');
  return name.includes(host) ? name : `${name} (${host})`;
}

/** How a sentence about a document begins. */
export function subjectOf(loader: Loader, pushedBy: string | undefined): string {
  return pushedBy === undefined
    ? `The document of ${titleOf(loader)}`
    : `The document that ${pushedBy} pushed`;
}
