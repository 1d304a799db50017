import { LoadError } from '@holdfast/core';
import type { LoadRequest, LoadResult, Loader, WatchRequest } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { contractTests } from './contract.ts';
import { loaderContract } from './loader-contract.ts';
import type { LoaderHarness } from './loader-harness.ts';
import { mockLoader } from '../mock-loader.ts';
import { seenBy } from './seen-by.fixture.ts';
import { ReferenceSource, referenceHarness } from './reference-loader.fixture.ts';

describe('a loader that keeps every rule', () => {
  test.each(contractTests(loaderContract, () => referenceHarness()))('$name', ({ skip, run }) => {
    expect(skip).toBe(false);
    return run();
  });
});

describe('mockLoader()', () => {
  const tests = contractTests(loaderContract, mockHarness, {
    without: ['restart', 'secrets', 'decode', 'limits'],
  });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});

function mockHarness(): LoaderHarness {
  const document = { served: 'at first' };
  const loader = mockLoader({ value: document, watch: true });
  loader.connect();
  return {
    loader,
    document,
    publish: (next) => loader.push(next),
    breakSource: () => loader.fail(Infinity),
    healSource: () => loader.heal(),
    remove: () => loader.absent(),
    hang: () => loader.delay(3_600_000),
    disconnect: () => loader.disconnect(),
  };
}

/** A loader with one fault. */
type Wrong = (source: ReferenceSource) => LoaderHarness;

const wrongLoad =
  (load: (request: LoadRequest, source: ReferenceSource) => Promise<LoadResult>): Wrong =>
  (source) =>
    referenceHarness(source, { load: (request) => load(request, source) });

const wrongWatch =
  (watch: (request: WatchRequest, source: ReferenceSource) => Promise<void>): Wrong =>
  (source) =>
    referenceHarness(source, { watch: (request) => watch(request, source) });

const wrong =
  (parts: Partial<Loader>): Wrong =>
  (source) =>
    referenceHarness(source, parts);

/** One that says another text at each look. */
const changing =
  (part: 'name' | 'key' | 'origin'): Wrong =>
  (source) => {
    let looks = 0;
    const harness = referenceHarness(source);
    Object.defineProperty(harness.loader, part, { get: () => `${part} ${(looks += 1)}` });
    return harness;
  };

/** Answers the first load, and that answer for ever. */
function remembering<T>(first: (request: LoadRequest, source: ReferenceSource) => Promise<T>) {
  let answer: Promise<T> | undefined;
  return async (request: LoadRequest, source: ReferenceSource): Promise<T> => {
    request.signal.throwIfAborted();
    return (answer ??= first(request, source));
  };
}

const loaded = (result: LoadResult, parts: object): LoadResult =>
  result.kind === 'loaded' ? { ...result, ...parts } : result;

/** Per case, loaders that break its rule: the kit is only worth something if each of them is caught. */
const BROKEN: Record<string, readonly (() => Wrong)[]> = {
  'load() brings the document of the source': [
    () => wrongLoad(async () => ({ kind: 'loaded', raw: new TextEncoder().encode('{}') })),
    () => wrongLoad(async () => ({ kind: 'absent' })),
    () => wrongLoad(() => new Promise(() => {})),
  ],
  'load() brings the next document once it is published': [
    () => wrongLoad(remembering(async (request, source) => source.load(request))),
    () =>
      wrongLoad(async (request, source) => {
        const result = await source.load({ ...request, known: undefined });
        return request.known ? { kind: 'unchanged' } : result;
      }),
  ],
  'load() that begins after a publish brings what was published, also while an earlier one is under way':
    [
      () => {
        let inFlight: Promise<LoadResult> | undefined;
        return wrongLoad(async (request, source) => {
          request.signal.throwIfAborted();
          inFlight ??= source.load(request).finally(() => {
            inFlight = undefined;
          });
          return inFlight;
        });
      },
    ],
  'load() answers in the words of the port': [
    ...(['name', 'key', 'origin'] as const).map((part) => () => changing(part)),
    () => wrong({ key: 7 as never }),
    () => wrong({ origin: null as never }),
    () =>
      wrongLoad(async (request, source) => loaded(await source.load(request), { raw: undefined })),
    ...[{ freshForMs: -1 }, { freshForMs: Number.NaN }, { ageMs: Infinity }].map(
      (hints) => () =>
        wrongLoad(async (request, source) => loaded(await source.load(request), { hints })),
    ),
    ...[{ origin: '' }, { origin: 'x', etag: 1 }].map(
      (validator) => () =>
        wrongLoad(async (request, source) => loaded(await source.load(request), { validator })),
    ),
    ...[
      { url: 'https://user:pass@host/', headers: {} },
      { url: 'https://host/?token=1', headers: {} },
      { url: 'https://host/', headers: { ETag: 'x' } },
    ].map(
      (evidence) => () =>
        wrongLoad(async (request, source) => loaded(await source.load(request), { evidence })),
    ),
  ],
  'load() says that the document is absent when it is gone': [
    () =>
      wrongLoad(async (request, source) =>
        source.document === undefined ? { kind: 'loaded', raw: {} } : source.load(request),
      ),
    () =>
      wrongLoad(async (request, source) => {
        const result = await source.load(request);
        return result.kind === 'absent' && request.known ? { kind: 'unchanged' } : result;
      }),
    () =>
      wrongLoad(async (request, source) => {
        if (source.document === undefined) throw new TypeError('no document');
        return source.load(request);
      }),
  ],
  'decode() is pure': [
    () => {
      let calls = 0;
      return wrong({ decode: () => ({ calls: (calls += 1) }) });
    },
    () => (source) => referenceHarness(source, { decode: () => source.document }),
    () =>
      wrong({
        decode: ({ raw }) => {
          (raw as Uint8Array).fill(0);
          return {};
        },
      }),
  ],
  'load() never answers "unchanged" to who knows nothing': [
    () => {
      let before: string | undefined;
      return wrongLoad(async (request, source) => {
        const result = await source.load(request);
        const now = JSON.stringify(source.document);
        const same = before === now;
        before = now;
        return same ? { kind: 'unchanged' } : result;
      });
    },
  ],
  'load() compares with what the request knows, not with what it answered last': [
    () => {
      let before: string | undefined;
      return wrongLoad(async (request, source) => {
        const result = await source.load({ ...request, known: undefined });
        const now = JSON.stringify(source.document);
        const same = before === now;
        before = now;
        return same && request.known ? { kind: 'unchanged' } : result;
      });
    },
  ],
  'load() answers "unchanged" to who knows the document': [
    () => wrongLoad(async (request, source) => source.load({ ...request, known: undefined })),
    () =>
      wrongLoad(async (request, source) =>
        loaded(await source.load(request), { validator: undefined }),
      ),
  ],
  'load() ignores a validator of another origin': [
    () =>
      wrongLoad(async (request, source) =>
        source.load({
          ...request,
          known: request.known && { ...request.known, origin: 'reference' },
        }),
      ),
  ],
  'load() knows its validators again after a restart': [
    () => (source) => {
      let made = 0;
      const make = (): Loader => {
        made += 1;
        return { ...referenceHarness(source).loader, key: `reference-${made}` };
      };
      return { ...referenceHarness(source), loader: make(), restart: make };
    },
    () => (source) => {
      let made = 0;
      const make = (): Loader => {
        made += 1;
        const mark = `${made}`;
        return {
          ...referenceHarness(source).loader,
          async load(request) {
            const result = await source.load({ ...request, known: undefined });
            const same = request.known?.revision === mark;
            const validator = { origin: 'reference', revision: mark };
            return same ? { kind: 'unchanged' } : loaded(result, { validator });
          },
        };
      };
      return { ...referenceHarness(source), loader: make(), restart: make };
    },
  ],
  'load() rejects with a LoadError while the source is down': [
    () =>
      wrongLoad(async (request, source) =>
        source.state === 'down' ? { kind: 'loaded', raw: {} } : source.load(request),
      ),
    () =>
      wrongLoad(async (request, source) => {
        if (source.state === 'down') throw new TypeError('fetch failed');
        return source.load(request);
      }),
    () =>
      wrongLoad(async (request, source) => {
        if (source.state === 'down') throw new LoadError('down', { retryAfterMs: Number.NaN });
        return source.load(request);
      }),
    () =>
      wrongLoad(async (request, source) => {
        if (source.state === 'down') throw new LoadError('down', { retry: 'never' as never });
        return source.load(request);
      }),
  ],
  'load() brings the document once the source is back': [
    () => wrongLoad(remembering(async (request, source) => source.load(request))),
  ],
  'load() refuses a document beyond the limits': [
    () =>
      wrongLoad(async (request, source) =>
        source.load({ ...request, limits: { ...request.limits, maxBytes: Infinity } }),
      ),
  ],
  'nothing that is shown holds a credential': [
    ...['name', 'key', 'origin'].map((part) => () => wrong({ [part]: 'with swordfish' })),
    () => wrong({ warnings: ['swordfish is sent in clear text'] }),
    () =>
      wrongLoad(async (request, source) => {
        if (source.state !== 'down') return source.load(request);
        throw new LoadError('down', {
          cause: new Error('wrong', { cause: { token: ['swordfish'] } }),
        });
      }),
    () =>
      wrongLoad(async (request, source) =>
        loaded(await source.load(request), { validator: { origin: 'swordfish@host' } }),
      ),
    () =>
      wrongLoad(async (request, source) => {
        const evidence = { url: 'https://host/', status: 200, headers: { cookie: 'swordfish' } };
        return loaded(await source.load(request), { evidence });
      }),
  ],
  'load() rejects with the reason when its signal has aborted already': [
    () =>
      wrongLoad(async (request, source) =>
        source.load({ ...request, signal: new AbortController().signal }),
      ),
    () =>
      wrongLoad(async (request, source) => {
        if (request.signal.aborted) throw new LoadError('aborted');
        return source.load(request);
      }),
  ],
  'load() rejects promptly with the reason when its signal aborts': [
    () =>
      wrongLoad(async (request, source) => {
        request.signal.throwIfAborted();
        return source.load({ ...request, signal: new AbortController().signal });
      }),
    () =>
      wrongLoad(async (request, source) =>
        source.load(request).catch(() => {
          throw new LoadError('aborted', { cause: request.signal.reason });
        }),
      ),
    // asks before it looks: only an abort at once finds it
    () =>
      wrongLoad(async (request, source) => {
        await Promise.resolve();
        return source.load({
          ...request,
          signal: request.signal.aborted ? new AbortController().signal : request.signal,
        });
      }),
  ],
  'load() is not disturbed by another one that aborts': [
    () => {
      let shared: Promise<LoadResult> | undefined;
      return wrongLoad(async (request, source) => {
        shared ??= Promise.resolve().then(() => source.load(request));
        return shared;
      });
    },
  ],
  'load() leaves no listener on its signal': [
    () =>
      wrongLoad(async (request, source) => {
        request.signal.addEventListener('abort', () => {});
        return source.load(request);
      }),
  ],
  'a closed loader opens again at the next load': [
    () => {
      let closed = false;
      return (source) =>
        referenceHarness(source, {
          async close() {
            closed = true;
          },
          async load(request) {
            if (closed) throw new LoadError('closed');
            return source.load(request);
          },
        });
    },
    () => {
      let closed = false;
      return wrong({
        async close() {
          if (closed) throw new Error('closed already');
          closed = true;
        },
      });
    },
    () => wrong({ close: () => new Promise(() => {}) }),
  ],
  'load() takes the time from its request': [
    () => Date.now,
    () => () => new Date(),
    () => () => performance.now(),
    () => () => AbortSignal.timeout(1_000),
    () => () => clearTimeout(setTimeout(() => {}, 0)),
    () => () => clearInterval(setInterval(() => {}, 1_000)),
  ].map(
    (look) => () =>
      wrongLoad(async (request, source) => {
        // as late as a loader may: the spy is still there
        await Promise.resolve();
        const result = await source.load(request);
        look()();
        return result;
      }),
  ),
  'watch() ends when its signal aborts': [
    () =>
      wrongWatch(async (request, source) =>
        source.watch({ ...withConnected(request), signal: new AbortController().signal }),
      ),
    () =>
      wrongWatch(async (request, source) => {
        request.connected();
        return source.watch({ ...withConnected(request), connected: () => {} });
      }),
  ],
  'watch() says once that it is connected': [
    () =>
      wrongWatch(async (request, source) =>
        source.watch({ ...withConnected(request), connected: () => {} }),
      ),
    () =>
      wrongWatch(async (request, source) => {
        const twice = (): void => {
          request.connected();
          request.connected();
        };
        return source.watch({ ...withConnected(request), connected: twice });
      }),
    () => (source) => ({ ...referenceHarness(source), connects: false }),
  ],
  'watch() tells of a document that is published': [
    () =>
      wrongWatch(async (request, source) =>
        source.watch({ ...withConnected(request), offer: () => {} }),
      ),
    () =>
      wrongWatch(async (request, source) => {
        const raw = new TextEncoder().encode('{"older":true}');
        return source.watch({ ...withConnected(request), offer: () => request.offer({ raw }) });
      }),
  ],
  'watch() tells nothing once its signal has aborted': [
    () =>
      wrongWatch(async (request, source) => {
        const forever = { ...withConnected(request), signal: new AbortController().signal };
        void source.watch(forever);
        await new Promise<void>((resolve) => {
          request.signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }),
  ],
  'watch() settles when its connection ends': [
    () =>
      wrongWatch(async (request, source) => {
        await source.watch(request);
        await source.watch({ ...withConnected(request), connected: () => {} });
      }),
  ],
};

/** A copy of a request that can be changed. */
function withConnected(request: WatchRequest): WatchRequest {
  return { ...request };
}

/** What the kit sees of each of them, in the same order: that it is caught for its own fault. */
const SEEN: Record<string, readonly string[]> = {
  'load() brings the document of the source': [
    '{}',
    'the answer "absent"',
    'a load that does not settle',
  ],
  'load() brings the next document once it is published': [
    '{"served":"at first"}',
    'the answer "unchanged"',
  ],
  'load() that begins after a publish brings what was published, also while an earlier one is under way':
    ['{"served":"at first"}'],
  'load() answers in the words of the port': [
    '{"name":"name 1","key":"reference","origin":"memory://reference"}, then {"name":"name 2","key":"reference","origin":"memory://reference"}',
    '{"name":"reference","key":"key 1","origin":"memory://reference"}, then {"name":"reference","key":"key 2","origin":"memory://reference"}',
    '{"name":"reference","key":"reference","origin":"origin 1"}, then {"name":"reference","key":"reference","origin":"origin 2"}',
    'key is 7',
    'origin is null',
    'raw is undefined',
    'a hint of -1 ms',
    'a hint of NaN ms',
    'a hint of Infinity ms',
    'validator.origin is ""',
    'validator.etag is 1',
    'evidence.url with user-info, query or fragment',
    'evidence.url with user-info, query or fragment',
    'the header ETag: names are lower-case',
  ],
  'load() says that the document is absent when it is gone': [
    'the answer "loaded"',
    'the answer "unchanged"',
    'a rejection: TypeError: no document',
  ],
  'decode() is pure': [
    '{"calls":1}, then {"calls":2}',
    '{"served":"at first"}, then {"published":"by the contract","list":[1,2,3]}',
    'other bytes than before',
  ],
  'load() never answers "unchanged" to who knows nothing': ['the answer "unchanged"'],
  'load() compares with what the request knows, not with what it answered last': [
    'the answer "unchanged"',
  ],
  'load() answers "unchanged" to who knows the document': [
    'the answer "loaded"',
    'a document without a validator',
  ],
  'load() ignores a validator of another origin': ['the answer "unchanged"'],
  'load() knows its validators again after a restart': [
    'another key: the cache record would not be found',
    'the answer "loaded"',
  ],
  'load() rejects with a LoadError while the source is down': [
    'the answer {"kind":"loaded","raw":{}}',
    'a rejection with TypeError: fetch failed',
    'retryAfterMs is NaN',
    'retry is "never"',
  ],
  'load() brings the document once the source is back': [
    'a load that rejects with LoadError: Cannot load reference: it is down',
  ],
  'load() refuses a document beyond the limits': [
    'the answer {"kind":"loaded","raw":"20011 bytes","validator":{"origin":"reference","revision":"{\\"text\\":\\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  ],
  'nothing that is shown holds a credential': [
    'a credential in name',
    'a credential in key',
    'a credential in origin',
    'a credential in warnings',
    'a credential in error',
    'a credential in validator',
    'a credential in evidence',
  ],
  'load() rejects with the reason when its signal has aborted already': [
    'the answer {"kind":"loaded","raw":"21 bytes","validator":{"origin":"reference","revision":"{\\"served\\":\\"at first\\"}"},"hints":{"freshForMs":1000},"evidence":{"url":"memory://reference/app.json","status":200,"he',
    'a rejection with LoadError: aborted instead of "stop"',
  ],
  'load() rejects promptly with the reason when its signal aborts': [
    'a load that does not settle',
    'a rejection with LoadError: aborted instead of "stop after 0 ms"',
    'a load that does not settle',
  ],
  'load() is not disturbed by another one that aborts': ['a load that rejects with Error: stop'],
  'load() leaves no listener on its signal': ['2 listeners after two loads'],
  'a closed loader opens again at the next load': [
    'a load that rejects with LoadError: closed',
    'a second close() that rejects with Error: closed already',
    'a first close() that does not settle',
  ],
  'load() takes the time from its request': [
    'a call of Date.now',
    'a call of new Date()',
    'a call of performance.now',
    'a call of AbortSignal.timeout',
    'a call of setTimeout',
    'a call of setInterval',
  ],
  'watch() ends when its signal aborts': [
    'a watch that does not settle',
    'connected after the abort',
  ],
  'watch() says once that it is connected': [
    'no connected()',
    '2 times connected()',
    '1 times connected()',
  ],
  'watch() tells of a document that is published': [
    'neither changed() nor offer()',
    'the offer {"older":true}',
  ],
  'watch() tells nothing once its signal has aborted': ['offer afterwards'],
  'watch() settles when its connection ends': ['a watch that goes on'],
};

describe('loaderContract', () => {
  test('has a broken loader for each case, and no other', () => {
    expect(Object.keys(BROKEN).toSorted()).toEqual(
      loaderContract.map(({ name }) => name).toSorted(),
    );
  });

  for (const { name, rule, run } of loaderContract) {
    test(`catches loaders that break: ${name}`, async () => {
      const seen: string[] = [];
      for (const make of BROKEN[name] ?? [])
        seen.push(await seenBy(rule, () => run(make()(new ReferenceSource()))));
      expect(seen).toEqual(SEEN[name]);
    });
  }

  test('leaves the globals of time as they were', async () => {
    const doors = (): unknown[] =>
      [globalThis, Date, performance, AbortSignal].map((holder) =>
        ['setTimeout', 'setInterval', 'Date', 'now', 'timeout'].map((name) =>
          Object.getOwnPropertyDescriptor(holder, name),
        ),
      );
    const before = doors();
    await loaderContract.find(({ needs }) => needs.includes('time'))!.run(referenceHarness());
    expect(doors()).toEqual(before);
  });
});
