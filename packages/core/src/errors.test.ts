import { expect, test, vi } from 'vitest';
import { HoldfastError, isHoldfastError, isLoadError, LoadError, messageOf } from './errors.ts';

test('HoldfastError has name, code, message and cause', () => {
  const cause = new Error('why');
  const error = new HoldfastError('NO_VALUE', 'no value', { cause });
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.message, error.cause]).toEqual([
    'HoldfastError',
    'NO_VALUE',
    'no value',
    cause,
  ]);
  expect(Object.keys(error).toSorted()).toEqual(['code', 'name']);
});

test('LoadError says how soon another try makes sense, and what kind of trouble it was', () => {
  expect(new LoadError('no')).toMatchObject({
    name: 'LoadError',
    code: 'LOAD_FAILED',
    retry: 'backoff',
    retryAfterMs: undefined,
    failure: 'other',
    status: undefined,
  });
  const options = { retry: 'slow', retryAfterMs: 5, failure: 'status', status: 403 } as const;
  expect(new LoadError('no', options)).toMatchObject(options);
});

test('isHoldfastError() and isLoadError() know errors of another copy of this package', async () => {
  vi.resetModules();
  const copy = await import('./errors.ts');
  expect(copy.HoldfastError).not.toBe(HoldfastError);
  const [plain, load] = [new copy.HoldfastError('CLOSED', 'x'), new copy.LoadError('x')];
  expect([plain, load].map(isHoldfastError)).toEqual([true, true]);
  expect([plain, load].map(isLoadError)).toEqual([false, true]);
});

test.each([undefined, null, 'x', 5, new Error('x'), {}, { code: 'LOAD_FAILED' }])(
  'isHoldfastError(%s) is false',
  (value) => {
    expect([isHoldfastError(value), isLoadError(value)]).toEqual([false, false]);
  },
);

test.each<[unknown, string]>([
  [new Error('boom'), 'boom'],
  [new TypeError(), 'TypeError'],
  ['text', 'text'],
  [undefined, 'a thrown undefined'],
  [null, 'a thrown null'],
  [5, 'a thrown number'],
  [Symbol('s'), 'a thrown symbol'],
  [{}, 'a thrown object'],
])('messageOf(%o) is %j', (thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});

test('messageOf() does not throw itself', () => {
  const trap = Object.defineProperty(new Error(), 'message', {
    get: () => {
      throw new Error('trap');
    },
  });
  expect(() => messageOf(trap)).not.toThrow();
});
