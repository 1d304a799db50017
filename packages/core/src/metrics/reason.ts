import { type HoldfastError, isLoadError } from '../errors.ts';
import type { LoadFailure } from '../errors.ts';

const FAILURES: ReadonlySet<string> = new Set([
  'connect',
  'timeout',
  'tls',
  'status',
  'absent',
  'body',
  'other',
] satisfies LoadFailure[]);

/**
 * Why, in one word of few: the code of the error, or what kind of trouble kept a document away. Loaders make errors, too,
 * and may put anything there, so that what does not look like one of ours is `other`.
 */
export function reasonOf(error: HoldfastError): string {
  const { code }: { readonly code: unknown } = error;
  if (isLoadError(error)) return FAILURES.has(error.failure) ? error.failure : 'other';
  return typeof code === 'string' && /^[A-Z_]{3,32}$/.test(code) ? code : 'other';
}
