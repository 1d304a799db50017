import { inspect } from 'node:util';
import type { ConfigHandle, JsonValue } from '@holdfast/core';
import { toCloudEvent } from '@holdfast/core/cloud-events';
import { preload } from '@holdfast/core/preload';
import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

beforeAll(preload);

/** The keys of `tokens` are secrets, and what is below them. */
const KEY = 'sk-live-HUNTER2';
const ann = { by: 'ann', reason: 'a test' };

interface App {
  readonly tokens: Record<string, unknown>;
}

/** A config with secret keys; `seen` is all that there is to see of it and of these. */
async function scene(config: object = {}, value: JsonValue = { tokens: {} }) {
  const lines: unknown[] = [];
  const write = (...line: unknown[]) => void lines.push(line);
  const logger = { debug: write, info: write, warn: write, error: write };
  const { manager, clock } = createTestManager({ logger });
  const { events } = recordEvents(manager);
  const loader = mockLoader({ value });
  const options = { loader, secrets: ['tokens'], ...config } as never;
  const app = manager.register('app', options) as unknown as ConfigHandle<App>;
  await clock.advance(1);
  const soon = async <T>(promise: Promise<T>): Promise<T> => {
    promise.catch(() => {});
    await clock.advance(1);
    return promise;
  };
  const bring = async (document: Parameters<typeof loader.next>[0]) => {
    loader.next(document);
    return soon(app.refresh());
  };
  const seen = (...more: unknown[]): string =>
    inspect(
      [
        app.status,
        manager.summary(),
        events,
        events.map((event) => toCloudEvent(event, 'urn:test')),
        lines,
        more,
      ],
      { depth: Infinity, showHidden: true, getters: true, maxStringLength: null },
    );
  return { app, soon, bring, seen };
}

/** What `call` throws or rejects with. */
async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('it threw nothing');
}

test('promise 11: what waits for a restart does not tell keys below a secret path', async () => {
  const { app, soon, bring, seen } = await scene({ restartOnly: ['tokens'] });
  await bring({ tokens: { [KEY]: 1, other: 2 } });
  expect(app.status.pendingRestart).toEqual(['tokens']);
  const dry = await soon(app.override({ tokens: { [KEY]: 2 } }, { ...ann, dryRun: true }));
  expect(dry.pendingRestart).toEqual(['tokens']);
  expect(seen(dry)).not.toContain('HUNTER2');
});

test('promise 11: an override that does nothing does not tell keys below a secret path', async () => {
  const schema = z.object({ tokens: z.object({}) });
  const { app, soon, seen } = await scene({ schema });
  const dry = await soon(app.override({ tokens: { [KEY]: 2 } }, { ...ann, dryRun: true }));
  expect(dry.ignored).toEqual(['tokens']);
  await soon(app.override({ tokens: { [KEY]: 2 } }, ann));
  expect(seen()).toContain('Override o1 does nothing at tokens: no layer has that');
  expect(seen(dry)).not.toContain('HUNTER2');
});

test.each([
  ['no JSON', { a: 1, [KEY]: { deep: [Symbol('x')] } }, 'is not JSON: it is a symbol at tokens'],
  [
    'a forbidden key',
    JSON.parse(`{"${KEY}":{"__proto__":1}}`),
    'forbidden key "__proto__" at tokens',
  ],
  [
    'a forbidden pair',
    { [KEY]: { constructor: { prototype: 1 } } },
    'forbidden key "prototype" at tokens',
  ],
])(
  'promise 11: override() and with() of %s do not tell keys below a secret path',
  async (_, tokens, why) => {
    const { app, soon, seen } = await scene();
    const errors = [
      await thrownBy(() => soon(app.override({ tokens }, ann))),
      await thrownBy(() => app.with({ tokens })),
    ];
    for (const error of errors) expect(String(error)).toContain(why);
    expect(seen(errors)).not.toContain('HUNTER2');
  },
);

test('promise 11: with() that a schema refuses does not tell keys below a secret path', async () => {
  const schema = z.object({ tokens: z.record(z.string(), z.number()) });
  const { app, seen } = await scene({ schema });
  const error = await thrownBy(() => app.with({ tokens: { [KEY]: 'x', other: 'y' } }));
  expect(String(error)).toContain('with overrides of tokens does not fit the schema: tokens: ');
  expect(seen(error)).not.toContain('HUNTER2');
});

test('promise 11: override() through a list does not tell keys below a secret path', async () => {
  const { app, soon, seen } = await scene({}, { tokens: { [KEY]: [1] } });
  const error = await thrownBy(() => soon(app.override(['tokens', KEY, 0], 2, ann)));
  expect(String(error)).toContain('current value is "tokens"');
  expect(seen(error)).not.toContain('HUNTER2');
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const limits = { maxDepth: 5 };

test.each([
  ['a forbidden key', bytes(`{"tokens":{"${KEY}":{"__proto__":1}}}`), '"__proto__" at tokens'],
  ['a number beyond a double', bytes(`{"tokens":{"${KEY}":1e999}}`), 'beyond a double at tokens'],
  [
    'too many levels',
    bytes(`{"tokens":{"${KEY}":[[[[[[]]]]]]}}`),
    '5 levels (limits.maxDepth) at tokens',
  ],
  ['no JSON', { tokens: { [KEY]: Number.NaN } }, 'is not JSON: it is NaN at tokens'],
])(
  'promise 11: a document with %s does not tell keys below a secret path',
  async (_, document, why) => {
    const { bring, seen } = await scene({ limits });
    const outcome = await bring(document);
    expect(outcome).toMatchObject({
      kind: 'refused',
      error: { message: expect.stringContaining(why) },
    });
    expect(seen(outcome)).not.toContain('HUNTER2');
  },
);

test('promise 11: what a migration or a schema gives does not tell keys below a secret path', async () => {
  const migrate = () => ({ version: 2, tokens: { [KEY]: Number.NaN } });
  const migrations = [{ from: 1, to: 2, migrate }];
  const migrating = await scene({ migrations });
  const one = await migrating.bring({ version: 1, tokens: { a: 1 } });
  expect(one).toMatchObject({
    error: { message: expect.stringContaining('it gave is not JSON: it is NaN at tokens') },
  });
  expect(migrating.seen(one)).not.toContain('HUNTER2');

  const schema = z.object({
    tokens: z.record(
      z.string(),
      z.number().transform((n) => new Date(n)),
    ),
  });
  const dated = await scene({ schema });
  const two = await dated.bring({ tokens: { [KEY]: 1 } });
  const why = 'holds a Date, which cannot be frozen or compared at tokens; let it give';
  expect(two).toMatchObject({ error: { message: expect.stringContaining(why) } });
  expect(dated.seen(two)).not.toContain('HUNTER2');
  const three = await thrownBy(() => dated.app.with({ tokens: { [KEY]: 1 } }));
  expect(String(three)).toContain('holds a Date, which cannot be frozen or compared at tokens');
  expect(dated.seen(three)).not.toContain('HUNTER2');
});
