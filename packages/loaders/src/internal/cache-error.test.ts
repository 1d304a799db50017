import { expect, test } from 'vitest';
import { cacheErrors } from './cache-error.ts';

test.each<[string, Error, string]>([
  [
    'is not in its words',
    coded('ENOSPC', 'No space left (os error 28)'),
    'ENOSPC: No space left (os error 28)',
  ],
  [
    'is in its words',
    coded('EROFS', 'EROFS: read-only file system'),
    'EROFS: read-only file system',
  ],
  ['is a number (DOMException)', coded(22, 'exceeded the quota'), 'exceeded the quota'],
  ['is missing', new Error('broken'), 'broken'],
])('cacheErrors() names the code of an error once when it %s', async (_, cause, words) => {
  await expect(cacheErrors('write', () => Promise.reject(cause))).rejects.toMatchObject({
    code: 'CACHE_FAILED',
    message: `Cannot write: ${words}`,
    cause,
  });
});

function coded(code: string | number, message: string): Error {
  return Object.assign(new Error(message), { code });
}
