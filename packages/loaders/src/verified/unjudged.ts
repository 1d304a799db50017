import { type HoldfastError, isHoldfastError, LoadError } from '@holdfast/core';
import { printable } from '../internal/printable.ts';

/**
 * Why a document cannot be judged: `what` threw `error`. An error of ours says so itself; of others the name alone is
 * shown, since their messages may quote a secret.
 */
export function unjudged(what: string, error: unknown): HoldfastError {
  if (isHoldfastError(error)) return error;
  const { name } = error instanceof Error ? error : new Error();
  const message = `cannot be judged: ${what} failed with ${printable(name)}`;
  return new LoadError(message, { cause: error });
}
