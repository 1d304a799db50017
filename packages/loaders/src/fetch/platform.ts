import type { Target } from '../http/target.ts';
import type { FetchInit } from './fetch-init.ts';

/** What some platforms have no use for. */
type Optional = Pick<FetchInit, 'cache' | 'credentials'>;

/** What every request may say here. */
export interface Taken {
  /** Of what was asked for. */
  readonly init: Optional;
  /** Headers that a browser leaves out without a word, such as `cookie` and `host`. */
  readonly dropped: readonly string[];
}

/** What of this the platform takes. Without the class nobody can tell; the fetch that the user gave has to know. */
export function takenOf({ href }: Target, init: Optional, names: readonly string[]): Taken {
  if (globalThis.Request === undefined) return { init, dropped: [] };
  const headers = Object.fromEntries(names.map((name) => [name, 'x']));
  const droppedBy = (request: Request): readonly string[] =>
    names.filter((name) => !request.headers.has(name));
  try {
    return { init, dropped: droppedBy(new Request(href, { ...init, headers })) };
  } catch {
    // some platforms (workerd) throw at what they have no use for
    const taken = Object.entries(init).filter(([name, value]) => accepts(href, { [name]: value }));
    const dropped = droppedBy(new Request(href, { headers }));
    return { init: Object.fromEntries(taken), dropped };
  }
}

function accepts(href: string, init: Optional): boolean {
  try {
    return Boolean(new Request(href, init));
  } catch {
    return false;
  }
}
