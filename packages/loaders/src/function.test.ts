import { LoadError } from '@holdfast/core';
import { expect, test } from 'vitest';
import { ABSENT, type LoadFunction, functionLoader } from './function.ts';
import { NOW, loadDocument, loadFailure, loadRequest } from './http/load.fixture.ts';

const name = 'vault';

test('functionLoader() gives what the function gives, with a hash of it', async () => {
  const loader = functionLoader(async () => ({ a: 1 }), { name });
  const loaded = await loadDocument(loader);
  expect(loaded).toMatchObject({ raw: { a: 1 }, validator: { revision: expect.any(String) } });
  const again = await loader.load(loadRequest({ known: loaded.validator }));
  expect(again).toEqual({ kind: 'unchanged' });
});

test('functionLoader() hashes nothing when told so', async () => {
  const loader = functionLoader(() => [1], { name, key: 'k', hashed: false });
  expect(loader).toMatchObject({ name, key: 'k' });
  expect(await loader.load(loadRequest())).toEqual({ kind: 'loaded', raw: [1] });
});

test('functionLoader() tells the function the signal, what is known, and the time', async () => {
  const request = loadRequest({ known: { origin: 'o', revision: 'r' } });
  const seen: unknown[] = [];
  const load: LoadFunction = ({ signal, known, time }) => {
    seen.push(signal, known, time.now());
    return null;
  };
  await functionLoader(load, { name, hashed: false }).load(request);
  expect(seen).toEqual([request.signal, request.known, NOW]);
});

test.each<[string, LoadFunction, string]>([
  [
    'gives nothing',
    () => undefined,
    'the function gave nothing (ABSENT says that there is no document)',
  ],
  [
    'throws',
    () => {
      throw new TypeError('no such key');
    },
    'no such key',
  ],
  [
    'throws what is no error',
    () => {
      // oxlint-disable-next-line typescript/only-throw-error -- functions of others may
      throw 'sealed';
    },
    'it threw a string of 6 characters',
  ],
  [
    'names a server with its password',
    () => {
      throw new Error('connect postgres://me:hunter2@db:5432/x failed, see http://x/@me');
    },
    'connect postgres://[hidden]@db:5432/x failed, see http://x/@me',
  ],
  [
    'throws an error without a message',
    () => {
      throw new RangeError();
    },
    'RangeError',
  ],
])('functionLoader() fails when the function %s', async (_, load, why) => {
  const error = await loadFailure(functionLoader(load, { name }));
  expect(error).toMatchObject({ name: 'LoadError', retry: 'backoff' });
  expect(error.message).toBe(`Cannot load vault: ${why}`);
});

test.each([true, false])(
  'functionLoader({ hashed: %s }) says that there is no document when the function does',
  async (hashed) => {
    let document: unknown = ABSENT;
    const loader = functionLoader(async () => document, { name, hashed });
    expect(await loader.load(loadRequest())).toEqual({ kind: 'absent' });
    document = { kind: 'absent' }; // a document as any other
    expect(await loadDocument(loader)).toMatchObject({ raw: { kind: 'absent' } });
  },
);

test('functionLoader() passes a LoadError as it is', async () => {
  const error = new LoadError('sealed', { retry: 'slow' });
  const load = (): never => {
    throw error;
  };
  expect(await loadFailure(functionLoader(load, { name }))).toBe(error);
});

test('functionLoader() rejects with the reason when aborted, whatever the function does', async () => {
  const controller = new AbortController();
  const loading = functionLoader(() => new Promise(() => {}), { name }).load(
    loadRequest({ signal: controller.signal }),
  );
  const reason = new Error('deadline');
  controller.abort(reason);
  await expect(loading).rejects.toBe(reason);
});

test.each<[unknown, unknown, string]>([
  [1, { name }, '"load" of functionLoader() as it must be a function: current value is 1'],
  [
    () => 1,
    {},
    '"name" of functionLoader() as it must be 1 to 200 characters without control characters: current value is undefined',
  ],
  [
    () => 1,
    undefined,
    '"options" of functionLoader() as it must be an object: { name }: current value is undefined',
  ],
  [
    () => 1,
    { name, key: 1 },
    '"key" of functionLoader() as it must be a text that is not empty: current value is a number',
  ],
  [
    () => 1,
    { name, hashed: 'no' },
    '"hashed" of functionLoader() as it must be true or false: current value is "no"',
  ],
  [
    () => 1,
    { name, hash: true },
    'option "hash" of functionLoader(): it is unknown; did you mean "hashed"?',
  ],
])('functionLoader(%o, %j) explains what is wrong', (load, options, message) => {
  expect(() => functionLoader(load as never, options as never)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS', message: `Cannot use ${message}` }),
  );
});
