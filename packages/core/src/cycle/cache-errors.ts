import { HoldfastError, messageOf } from '../lazy-base.ts';

/** A generation that cannot be used. */
export interface Unusable {
  readonly error: unknown;
  readonly where: string | undefined;
}

/** What is wrong with a record: with each of its generations, where it is not the same; and what is used instead. */
export function unusableRecord(
  unusable: readonly Unusable[],
  [usable]: readonly { readonly newest: boolean }[],
): HoldfastError {
  const messages = unusable.map(
    ({ error, where }) => `${messageOf(error)}${where === undefined ? '' : ` (${where})`}`,
  );
  const instead = usable?.newest
    ? 'the newer one is whole, and used'
    : 'the one before it is tried';
  const left = usable ? instead : 'no other one is left, and the source is asked without it';
  const text = `${[...new Set(messages)].join('; the one before: ')}; ${left}`;
  return asCacheError(unusable[0]?.error, 'read', text);
}

/** Whatever a cache throws, or does not do. */
export function asCacheError(
  cause: unknown,
  operation: string,
  what: string = messageOf(cause),
): HoldfastError {
  return new HoldfastError('CACHE_FAILED', `The cache failed (${operation}): ${what}`, { cause });
}
