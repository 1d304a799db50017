import type { Loader } from '@holdfast/core';
import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { firstOf } from '../first-of.ts';
import { hedged } from '../hedged.ts';
import { mapped } from '../mapped.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A config over two mirrors, the first of which serves `first` with status 200. */
async function scene(
  combine: (loaders: readonly Loader[]) => Loader,
  first: string,
  second = '{"n":2}',
) {
  const a = mockLoader({ name: 'mirror a', key: 'a', value: bytes(first) });
  const b = mockLoader({ name: 'mirror b', key: 'b', value: bytes(second) });
  const { manager, clock } = createTestManager();
  const record = recordEvents(manager);
  const app = manager.register<{ n: number }>('app', { loader: combine([a, b]) });
  const refresh = async () => {
    const outcome = app.refresh();
    await clock.advance(0);
    return outcome;
  };
  return { a, b, app, manager, record, refresh, outcome: await refresh() };
}

const plain = (loader: Loader): Loader => loader;

describe.each([
  ['firstOf()', firstOf],
  ['hedged()', hedged],
])('%s', (_, combine) => {
  test.each([
    ['cut JSON', plain, '{"n":'],
    ['a text that is none', plain, 'oops'],
    ['what its loader cannot decode', (loader: Loader) => mapped(loader, refuseOne), '{"n":1}'],
  ])('asks the next one when one answers with %s', async (_name, wrap, first) => {
    const { app, outcome, manager } = await scene((all) => combine(all.map(wrap)), first);
    expect([outcome.kind, app.current.n]).toEqual(['accepted', 2]);
    await manager.close();
  });

  test('asks the next one when whoever is around it cannot decode the document', async () => {
    const { app, manager } = await scene((all) => mapped(combine(all), refuseOne), '{"n":1}');
    expect(app.current.n).toBe(2);
    await manager.close();
  });

  test('takes what is no JSON where whoever is around it decodes it', async () => {
    const decode: Loader['decode'] = ({ raw }) => ({ n: (raw as Uint8Array).length });
    const { app, b, manager } = await scene((all) => ({ ...combine(all), decode }), 'n = 1');
    expect([app.current.n, b.loads]).toEqual([5, 0]);
    await manager.close();
  });

  test('names each endpoint and what is wrong with its document, with the code that all agree on', async () => {
    const { outcome, manager } = await scene(combine, '{"n":', '[1,]');
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'DECODE_FAILED' } });
    expect((outcome as { error: Error }).error.message).toMatch(
      /^Cannot load \S+ \S*\s?mirror a, mirror b: mirror a: its document is not valid JSON at line 1, column 6: .*; mirror b: its document is not valid JSON at line 1, column 4: /,
    );
    await manager.close();
  });

  test('decodes bytes that the engine holds no second time', async () => {
    let decoded = 0;
    const counting = (loader: Loader): Loader => ({
      ...loader,
      load: async (request) => loader.load({ ...request, known: undefined }),
      decode: ({ raw }) => {
        decoded += 1;
        return JSON.parse(new TextDecoder().decode(raw as Uint8Array));
      },
    });
    const { outcome, refresh, manager } = await scene((all) => combine(all.map(counting)), '{}');
    expect([outcome.kind, decoded]).toEqual(['accepted', 2]);
    expect([(await refresh()).kind, decoded]).toEqual(['unchanged', 2]);
    await manager.close();
  });

  test('a refusal by the schema names the endpoint that gave the document', async () => {
    const { manager, clock } = createTestManager();
    const a = mockLoader({ name: 'mirror a', key: 'a' });
    const b = mockLoader({ name: 'mirror b', key: 'b', value: { n: 'no number' } });
    a.fail(Infinity);
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({ issues: [{ message: 'no' }] }),
      },
    } as const;
    const app = manager.register('app', { loader: combine([a, b]), schema });
    const outcome = app.refresh();
    await clock.advance(0);
    expect(await outcome).toMatchObject({
      kind: 'refused',
      error: { message: expect.stringMatching(/^The document of .* \(from mirror b\) /) },
    });
    await manager.close();
  });
});

function refuseOne(document: unknown): never {
  if ((document as { n: number }).n === 1) throw new Error('one');
  return document as never;
}

test('hedged() in firstOf(): one that gives nothing but broken documents is an endpoint that failed', async () => {
  const c = mockLoader({ name: 'mirror c', key: 'c', value: { n: 3 } });
  const { app, manager } = await scene((all) => firstOf([hedged(all), c]), '{', '{');
  expect(app.current.n).toBe(3);
  await manager.close();
});
