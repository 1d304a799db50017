import { LoadError } from '@holdfast/core';
import { printable } from '../internal/printable.ts';
import type { Answer } from './transport.ts';
import { onlyField } from './fields.ts';
import { type Target, targetOf } from './target.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Redirects followed within one load; more are taken for a loop. */
const MAX_HOPS = 5;

interface RedirectRule {
  /** Name of the loader, for messages. */
  readonly loader: string;
  readonly follow: boolean;
  /** Redirects followed so far. */
  readonly hops: number;
}

/**
 * Where an answer sends us; undefined when it is no redirect.
 *
 * @throws {LoadError} when it may not be followed: it is off, leaves the origin, has no usable Location, or is the sixth.
 */
export function redirectOf(
  { status, fields }: Answer,
  from: Target,
  { loader, follow, hops }: RedirectRule,
): Target | undefined {
  if (!REDIRECTS.has(status)) return undefined;
  const location = onlyField(fields, 'location');
  const to =
    location !== undefined && URL.canParse(location, from.href)
      ? new URL(location, from.href)
      : undefined;
  const fail = (what: string): LoadError => {
    const message = `Cannot load ${loader}: ${from.hostPort} answered ${status}, a redirect ${what}`;
    return new LoadError(message, { failure: 'status', status });
  };
  if (to === undefined) throw fail('without a usable Location');
  // the origin only: path and query of a Location can be a secret
  if (to.origin !== from.origin)
    throw fail(`to another origin, ${originOf(to)}, which is never followed`);
  if (!follow) throw fail(`within ${originOf(to)}; the option redirects: 'same-origin' follows it`);
  if (hops >= MAX_HOPS) throw fail(`after ${MAX_HOPS} others`);
  return targetOf(to);
}

function originOf(url: URL): string {
  return printable(url.origin === 'null' ? url.protocol : url.origin);
}
