import type { Target } from '../http/target.ts';
import type { FetchInit } from './fetch-init.ts';

/** Whether requests may say this: some platforms (workerd) throw at what they have no use for. */
export function acceptsInit({ href }: Target, init: Partial<FetchInit>): boolean {
  try {
    // without the class nobody can tell; the fetch that the user gave has to know
    return globalThis.Request === undefined || Boolean(new Request(href, init));
  } catch {
    return false;
  }
}

/** Those of these headers that a browser leaves out without a word, such as `cookie` and `host`. */
export function droppedHeaders({ href }: Target, names: readonly string[]): readonly string[] {
  if (globalThis.Request === undefined) return [];
  const headers = Object.fromEntries(names.map((name) => [name, 'x']));
  const request = new Request(href, { headers });
  return names.filter((name) => !request.headers.has(name));
}
