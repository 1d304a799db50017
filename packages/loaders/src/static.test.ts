import { expect, test } from 'vitest';
import { loadDocument, loadRequest } from './http/load.fixture.ts';
import { staticLoader } from './static.ts';

test('staticLoader() gives its value at each load', async () => {
  const loader = staticLoader({ a: 1 }, { name: 'built-in' });
  expect(loader).toMatchObject({ name: 'built-in', key: 'built-in' });
  expect(await loader.load(loadRequest())).toEqual({ kind: 'loaded', raw: { a: 1 } });
  expect((await loadDocument(loader)).raw).toEqual({ a: 1 });
});

test.each([{ a: [1] }, new TextEncoder().encode('{"a":[1]}')])(
  'staticLoader() gives the same document whatever becomes of what it was given: %o',
  async (given) => {
    const loader = staticLoader(given);
    const { raw } = structuredClone(await loadDocument(loader));
    if (given instanceof Uint8Array) given.fill(0);
    else given.a.push(2);
    expect((await loadDocument(loader)).raw).toEqual(raw);
  },
);

test('staticLoader() rejects with the reason of a signal that has aborted', async () => {
  const reason = new Error('closed');
  const request = loadRequest({ signal: AbortSignal.abort(reason) });
  await expect(staticLoader(1).load(request)).rejects.toBe(reason);
});

test.each<[unknown, object, string]>([
  [
    undefined,
    {},
    '"value" of staticLoader() as it must be a JSON value or bytes: current value is undefined',
  ],
  [
    { a: new Map() },
    {},
    '"value" of staticLoader() as it must be a JSON value or bytes (it is not JSON: it is a Map at a): current value is an object',
  ],
  [
    1,
    { name: '' },
    '"name" of staticLoader() as it must be 1 to 200 characters without control characters: current value is a string of 0 characters',
  ],
  [1, { nmae: 'a' }, 'option "nmae" of staticLoader(): it is unknown; did you mean "name"?'],
])('staticLoader(%j, %j) explains what is wrong', (value, options, message) => {
  expect(() => staticLoader(value as never, options)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS', message: `Cannot use ${message}` }),
  );
});
