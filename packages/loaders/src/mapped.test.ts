import { HoldfastError, type JsonValue, type Loader } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { createTestManager, manualClock, mockLoader } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { functionLoader } from './function.ts';
import { mapped, type MappedOptions, type Transform } from './mapped.ts';
import { section } from './section.ts';

/** What `mapping` makes of `value`: the document, or the error. */
async function make(value: unknown, mapping: Transform | MappedOptions, limits = {}) {
  const { manager, clock } = createTestManager();
  const mock = mockLoader({ value: value as JsonValue });
  const loader = mapped(mock, mapping as MappedOptions);
  const app = manager.register('app', { loader, limits });
  const outcome = app.refresh();
  await clock.advance(0);
  const ended = await outcome;
  const document = app.source().document();
  await manager.close();
  return 'error' in ended ? ended.error : document;
}

const document = { a: { b: 1, c: [1, 2] }, d: { 'x.y': true }, e: null };

describe('mapped()', () => {
  test.each<[string, Transform | MappedOptions, JsonValue]>([
    [
      'picks',
      { pick: ['a.b', ['d', 'x.y'], 'e', 'none.at.all'] },
      { a: { b: 1 }, d: { 'x.y': true }, e: null },
    ],
    ['picks an array as a whole', { pick: ['a.c'] }, { a: { c: [1, 2] } }],
    [
      'renames',
      { rename: { 'a.b': 'pool.size', d: 'dd', none: 'some' } },
      { a: { c: [1, 2] }, e: null, pool: { size: 1 }, dd: { 'x.y': true } },
    ],
    ['renames the last of an object', { pick: ['a.b'], rename: { 'a.b': 'b' } }, { b: 1 }],
    [
      'empties an array in any order',
      { pick: ['a'], rename: { 'a.c.0': 'first', 'a.c.1': 'last' } },
      { a: { b: 1 }, first: 1, last: 2 },
    ],
    ['swaps', { rename: { a: 'e', e: 'a' } }, { e: document.a, a: null, d: document.d }],
    ['transforms', (given) => ({ ...(given as object), more: 1 }), { ...document, more: 1 }],
    [
      'does all in order',
      { pick: ['a'], rename: { 'a.b': 'b' }, transform: (given) => ({ given }) },
      { given: { a: { c: [1, 2] }, b: 1 } },
    ],
  ])('%s', async (_, mapping, expected) => {
    expect(await make(document, mapping)).toEqual(expected);
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    expect(await make(bytes, mapping)).toEqual(expected);
  });

  function throwing(what: unknown): Transform {
    return function toNewNames() {
      throw what;
    };
  }

  test.each<[string, Transform | MappedOptions, string]>([
    [
      'an error that quotes a secret',
      throwing(new RangeError('hunter2 is no number')),
      '"toNewNames": it threw RangeError, which may quote the document',
    ],
    [
      'an error of a made-up name',
      throwing(Object.assign(new Error('x'), { name: 'hunter2 is bad' })),
      '"toNewNames": it threw an error, which may quote the document',
    ],
    [
      'a thrown text',
      throwing('hunter2'),
      '"toNewNames": it threw string, which may quote the document',
    ],
    [
      'an error meant to be read',
      throwing(new HoldfastError('DECODE_FAILED', 'no region')),
      '"toNewNames": no region',
    ],
    [
      'nothing',
      { transform: () => undefined as never, name: 'v2' },
      '"v2": what it gave is not JSON: it is undefined at (top)',
    ],
    [
      'what is there already',
      { rename: { 'a.b': 'd' } },
      '"mapping": there is something at d already',
    ],
    [
      'a way through a leaf',
      { rename: { d: 'e.f' } },
      '"mapping": e.f leads through what is no object',
    ],
    [
      'what cannot leave its array',
      { rename: { 'a.c.0': 'first' } },
      '"mapping": a.c[0] is not at the end of its array, and cannot be taken away',
    ],
    [
      'a way into an array',
      { pick: ['a.c.0'] },
      '"mapping": a.c[0] leads through what is no object',
    ],
  ])('refuses the document for %s, and shows no value', async (_, mapping, message) => {
    const error = (await make(document, mapping)) as HoldfastError;
    expect(error.code).toBe('DECODE_FAILED');
    expect(error.message.replace('c.0', 'c[0]')).toBe(
      `The document of mock cannot be mapped by ${message}`,
    );
    expect(String(error.cause)).not.toContain('hunter2');
  });

  test.each<[string, unknown, Transform, object, string]>([
    [
      '__proto__ that comes in',
      new TextEncoder().encode('{"__proto__":{"admin":true}}'),
      (given) => given,
      {},
      '__proto__',
    ],
    [
      'constructor.prototype that comes in',
      { constructor: { prototype: {} } },
      () => ({}),
      {},
      'prototype',
    ],
    ['depth that comes in', { a: { b: { c: 1 } } }, () => ({}), { maxDepth: 2 }, 'deeper than 2'],
    ['keys that come in', [1, 2, 3], () => ({}), { maxKeys: 2 }, 'maxKeys'],
    ['1e400 that comes in', new TextEncoder().encode('{"a":1e400}'), () => ({}), {}, 'Infinity'],
    ['depth that comes out', {}, () => ({ a: { b: { c: 1 } } }), { maxDepth: 2 }, 'deeper than 2'],
    ['NaN that comes out', {}, () => ({ a: NaN }), {}, 'NaN'],
    [
      'a Date that comes out',
      {},
      toDate,
      {},
      'mapped by "toDate": what it gave is not JSON: it is a Date at when',
    ],
    [
      'keys that come out',
      {},
      () => [1, 2, 3],
      { maxKeys: 2 },
      'mapped by "mapping": what it gave has too many keys',
    ],
    [
      'a promise',
      {},
      (async () => ({})) as never,
      {},
      '"mapping": what it gave is not JSON: it is a Promise at (top)',
    ],
    [
      'a promise that rejects',
      {},
      (async () => Promise.reject(new Error('x'))) as never,
      {},
      'a Promise',
    ],
  ])('is as strict as the engine about %s', async (_, value, transform, limits, says) => {
    const error = (await make(value, transform, limits)) as HoldfastError;
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error.message).toContain(says);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test('hands over frozen copies, so that nobody writes into what others hold', async () => {
    const shared = { list: [1] };
    const transform: Transform = (given) => {
      (given as { list: number[] }).list.push(2);
      return given;
    };
    expect(((await make(shared, transform)) as HoldfastError).message).toContain(
      'it threw TypeError',
    );
    expect([shared, Object.isFrozen(shared)]).toEqual([{ list: [1] }, false]);
  });

  test('keeps validators, and decodes what another loader decodes', async () => {
    const mock = mockLoader({ value: new TextEncoder().encode('# {"n":1}') });
    const inner: Loader = {
      ...mock,
      decode: ({ raw }) => JSON.parse(new TextDecoder().decode(raw as Uint8Array).slice(2)),
    };
    const { manager, clock } = createTestManager();
    const loader = mapped(mapped(inner, { rename: { n: 'm' } }), { rename: { m: 'o' } });
    const app = manager.register('app', { loader });
    await clock.advance(0);
    expect(app.current).toEqual({ o: 1 });
    const outcome = app.refresh();
    await clock.advance(0);
    expect([(await outcome).kind, mock.asked[1]!.known !== undefined]).toEqual(['unchanged', true]);
    expect([loader.name, loader.key]).toEqual([mock.name, mock.key]);
    await manager.close();
    expect(mock.closes).toBe(1);
  });

  test.each(['bytes', 'values'])(
    'a document of %s in a cache is mapped once, and by the mapping of today',
    async (form) => {
      const clock = manualClock();
      const cache = memoryCache({});
      const value = { n: 1 };
      const raw = form === 'bytes' ? new TextEncoder().encode(JSON.stringify(value)) : value;
      const run = async (load: () => unknown, to: string) => {
        const { manager } = createTestManager({ clock, cache });
        const loader = mapped(functionLoader(load, { name: 'service' }), {
          transform: (given) => ({ [to]: given }),
        });
        const app = manager.register('app', { loader });
        await clock.advance(0);
        const { current, status } = app;
        await manager.close();
        return [current, status.from];
      };
      expect(await run(() => raw, 'first')).toEqual([{ first: { n: 1 } }, 'origin']);
      const down = () => {
        throw new Error('down');
      };
      expect(await run(down, 'second')).toEqual([{ second: { n: 1 } }, 'cache']);
    },
  );

  test('maps what is pushed', async () => {
    const mock = mockLoader({ value: { n: 1 }, watch: true });
    mock.connect();
    const { manager, clock } = createTestManager();
    const app = manager.register('app', { loader: mapped(mock, (given) => ({ given })) });
    await clock.advance(0);
    mock.push({ n: 2 });
    await clock.advance(0);
    expect(app.current).toEqual({ given: { n: 2 } });
    await manager.close();
  });

  test('goes with section()', async () => {
    const { manager, clock } = createTestManager();
    const app = manager.register('app', { loader: mockLoader({ value: { db: { n: 1 } } }) });
    const db = manager.register('db', {
      loader: mapped(section(app, 'db'), { rename: { n: 'm' } }),
    });
    await clock.advance(0);
    expect(db.current).toEqual({ m: 1 });
    await manager.close();
  });

  test.each<[unknown, string]>([
    [
      {},
      '"options" of mapped() as it must be a function, or an object: { pick, rename, transform }: current value is an object that has none of them',
    ],
    [
      { pick: [''] },
      '"pick[0]" of mapped() as it must be a path, dotted or in array form: current value is ""',
    ],
    [
      { rename: { a: '' } },
      '"rename.a" of mapped() as it must be a text that is not empty: current value is ""',
    ],
    [
      { rename: { a: 'b.__proto__' } },
      '"rename.a" of mapped() as it must be without "__proto__": current value is "b.__proto__"',
    ],
    [
      { rename: { '': 'a' } },
      '"rename" of mapped() as it must be by paths that are not empty: current value is an object',
    ],
    [{ transfrom: 1 }, 'option "transfrom" of mapped(): it is unknown; did you mean "transform"?'],
  ])('refuses %j', (options, message) => {
    expect(() => mapped(mockLoader(), options as MappedOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message: `Cannot use ${message}` }),
    );
  });
});

function toDate(): never {
  return { when: new Date(0) } as never;
}
