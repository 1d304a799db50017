import { LoadError } from '@holdfast/core';

/** A status that nobody can watch. */
export function statusError(loader: string, status: number, wanted: string): LoadError {
  const slow = [401, 403, 404].includes(status);
  return new LoadError(`Cannot watch ${loader}: the answer is ${wanted} (status ${status})`, {
    failure: 'status',
    status,
    ...(slow && { retry: 'slow' }),
  });
}
