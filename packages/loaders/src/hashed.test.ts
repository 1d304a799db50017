import type { Held, LoadResult, Loaded, Loader } from '@holdfast/core';
import { fingerprint } from '@holdfast/core/json';
import { expect, test } from 'vitest';
import { hashed } from './hashed.ts';
import { loadDocument, loadRequest } from './http/load.fixture.ts';

function loaderOf(loaded: Loaded, more: Partial<Loader> = {}): Loader {
  const load = async (): Promise<LoadResult> => ({ kind: 'loaded', ...loaded });
  return { name: 'n', key: 'k', load, ...more };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('hashed() gives the fingerprint of the document as its revision', async () => {
  const { validator } = await loadDocument(hashed(loaderOf({ raw: { a: 1, b: [2] } })));
  expect(validator).toEqual({
    origin: await fingerprint('k'),
    revision: await fingerprint({ b: [2], a: 1 }),
  });
});

test('hashed() knows a document again, however it is written', async () => {
  const { validator: known } = await loadDocument(
    hashed(loaderOf({ raw: bytes('{"a":1,"b":2}') })),
  );
  const hints = { freshForMs: 5 };
  const again = hashed(loaderOf({ raw: bytes(' {"b":2.0, "a":1}'), hints }));
  expect(await again.load(loadRequest({ known }))).toEqual({ kind: 'unchanged', hints });
});

test('hashed() gives a document again that is signed anew', async () => {
  const evidence = (signature: string) => ({ url: '', status: 200, headers: {}, signature });
  const raw = bytes('{"a":1}');
  const { validator: known } = await loadDocument(hashed(loaderOf({ raw })));
  const poll = (held: Held) =>
    hashed(loaderOf({ raw, evidence: evidence('new') })).load(loadRequest({ known, held }));
  expect(await poll({ bytes: raw, evidence: evidence('new') })).toMatchObject({
    kind: 'unchanged',
  });
  expect(await poll({ bytes: raw, evidence: evidence('old') })).toMatchObject({
    kind: 'loaded',
    validator: known,
    evidence: { signature: 'new' },
  });
});

test('hashed() gives a document again that its loader reads out of other bytes: a signature may be among them', async () => {
  const decode = ({ raw }: Loaded): unknown =>
    JSON.parse(new TextDecoder().decode(raw as Uint8Array).split(' ')[0]!);
  const raw = bytes('{"a":1} new');
  const loader = hashed(loaderOf({ raw }, { decode }));
  const { validator: known } = await loadDocument(loader);
  const poll = (held: Held) => loader.load(loadRequest({ known, held }));
  expect(await poll({ bytes: raw })).toMatchObject({ kind: 'unchanged' });
  expect(await poll({ bytes: bytes('{"a":1} old') })).toMatchObject({ kind: 'loaded', raw });
});

test.each([
  ['changed', { raw: { a: 2 } }, 'k'],
  ['came from elsewhere', { raw: { a: 1 } }, 'other'],
])('hashed() gives a document that %s', async (_, loaded, key) => {
  const { validator: known } = await loadDocument(hashed(loaderOf({ raw: { a: 1 } })));
  const result = await hashed(loaderOf(loaded, { key })).load(loadRequest({ known }));
  expect(result).toMatchObject({ kind: 'loaded', raw: loaded.raw });
});

test('hashed() hashes what the loader decodes', async () => {
  const decode = ({ raw }: Loaded): unknown => ({
    text: new TextDecoder().decode(raw as Uint8Array),
  });
  const { validator } = await loadDocument(hashed(loaderOf({ raw: bytes('a: 1') }, { decode })));
  expect(validator?.revision).toBe(await fingerprint({ text: 'a: 1' }));
});

test.each<[string, Loaded, Partial<Loader>]>([
  ['has a validator', { raw: 1, validator: { origin: 'o', etag: '"v1"' } }, {}],
  ['is no JSON', { raw: bytes('{') }, {}],
  [
    'cannot be decoded',
    { raw: 1 },
    {
      decode: () => {
        throw new Error('no');
      },
    },
  ],
])('hashed() passes a document that %s as it is', async (_, loaded, more) => {
  const result = await hashed(loaderOf(loaded, more)).load(loadRequest());
  expect(result).toEqual({ kind: 'loaded', ...loaded });
});

test.each<[LoadResult]>([[{ kind: 'absent' }], [{ kind: 'unchanged' }]])(
  'hashed() passes %j as it is',
  async (result) => {
    const loader = hashed({ name: 'n', key: 'k', load: async () => result });
    expect(await loader.load(loadRequest())).toBe(result);
  },
);

test('hashed() forwards what the loader has, and nothing that it lacks', async () => {
  const calls: string[] = [];
  const call = (name: string) => async (): Promise<void> => void calls.push(name);
  const origin = 'http://config.test';
  const full = hashed(
    loaderOf({ raw: 1 }, { origin, watch: call('watch'), close: call('close'), decode: () => 1 }),
  );
  expect(full).toMatchObject({ name: 'n', key: 'k', origin });
  await full.watch?.({} as never);
  await full.close?.();
  expect(full.decode?.({ raw: 1 }, {} as never)).toBe(1);
  expect(calls).toEqual(['watch', 'close']);
  expect(Object.keys(hashed(loaderOf({ raw: 1 })))).toEqual([
    'toJSON',
    'name',
    'key',
    'origin',
    'load',
  ]);
});
