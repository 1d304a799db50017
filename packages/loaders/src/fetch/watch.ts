import type { Loader, WatchRequest } from '@holdfast/core';

/** What is used of a page; workers have no document. */
interface Scope {
  readonly document?: unknown;
}

/** A place where events happen. */
type Target = Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;

/** What is used of a document. */
type Page = Target & { readonly visibilityState: string };

/**
 * Pokes the loop when the network comes back and when the page is seen again: timers sleep with both. It is no
 * connection, so it never says that it stands. Undefined where there are no such events: a watch that ends at once would
 * be started again for ever.
 */
export function watchFor(scope: object): Loader['watch'] {
  const { document }: Scope = scope;
  const network = 'ononline' in scope && isTarget(scope) ? scope : undefined;
  const page = isTarget(document) ? (document as Page) : undefined;
  if (network === undefined && page === undefined) return undefined;
  return (request: WatchRequest) =>
    new Promise((resolve) => {
      const { signal } = request;
      const changed = (): void => request.changed();
      const seen = (): void => {
        if (page?.visibilityState === 'visible') changed();
      };
      const end = (): void => {
        network?.removeEventListener('online', changed);
        page?.removeEventListener('visibilitychange', seen);
        signal.removeEventListener('abort', end);
        resolve();
      };
      if (signal.aborted) return end();
      network?.addEventListener('online', changed);
      page?.addEventListener('visibilitychange', seen);
      signal.addEventListener('abort', end);
    });
}

function isTarget(thing: unknown): thing is Target {
  return typeof (thing as Partial<Target> | undefined)?.addEventListener === 'function';
}
