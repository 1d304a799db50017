import { inspect } from 'node:util';
import { Secret } from '@holdfast/core';
import type { ConfigHandle, ParticipantOptions } from '@holdfast/core';
import { preload } from '@holdfast/core/preload';
import { secret } from '@holdfast/core/zod';
import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

beforeAll(preload);

interface App {
  readonly size: number;
  readonly token: string | Secret<string>;
}

const size = z.int();
const WAYS = {
  'secret() of a schema': { schema: z.object({ size, token: secret(z.string()) }) },
  'Secret in a transformation': {
    schema: z.object({ size, token: z.string().transform((text) => new Secret(text)) }),
  },
  'the option secrets': { schema: z.object({ size, token: z.string() }), secrets: ['token'] },
};

const because = { by: 'ann', reason: 'a test' };

const bare = ({ token }: App): string => (token instanceof Secret ? token.reveal() : token);

/** What drivers and HTTP clients throw: errors that have what they were asked with hanging on them. */
const THROWN: Record<string, (text: string) => unknown> = {
  'a property of it': (text) => Object.assign(new Error('refused'), { config: { auth: text } }),
  'its cause': (text) => new Error('refused', { cause: new Error(text) }),
  'a property of its cause': (text) => new Error('refused', { cause: { auth: text } }),
  'one of its errors': (text) => new AggregateError([new Error(text)], 'refused'),
  'its stack': (text) => Object.assign(new Error('refused'), { stack: `at ${text}` }),
  'its name and code': (text) => Object.assign(new Error('refused'), { name: text, code: text }),
  'an object that is no error': (text) => ({ message: 'refused', auth: text }),
};

/** All that there is to see of a config whose participant, and the function of a patch, throw. */
async function seen(way: object, phase: 'apply' | 'healthCheck', thrown: (value: App) => unknown) {
  const lines: unknown[] = [];
  const write = (...line: unknown[]) => void lines.push(line);
  const logger = { debug: write, info: write, warn: write, error: write };
  const { manager, clock } = createTestManager({ logger });
  const { events } = recordEvents(manager);
  const loader = mockLoader({ value: { size: 1, token: 'swordfish-swordfish' } });
  const app = manager.register('app', {
    loader,
    ...way,
  } as never) as unknown as ConfigHandle<App, object>;
  await clock.advance(1);
  const throws: ParticipantOptions<App>['apply'] = ({ next }) => {
    throw thrown(next);
  };
  app.attach({ name: 'pool', apply: () => {}, undo: throws, [phase]: throws });
  const patch = (value: App): object => {
    throw thrown(value);
  };
  loader.next({ size: 2, token: 'hunter2-hunter2' });
  const ends: unknown[] = [];
  for (const act of [
    () => app.refresh(),
    () => app.override({ size: 3 }, because),
    () => app.override(patch as never, because),
    () => manager.transaction((tx) => tx.override(app, { size: 4 }), because),
  ] as (() => Promise<unknown>)[]) {
    const acted = act().catch((error: unknown) => error);
    await clock.advance(1);
    ends.push(await acted);
  }
  const audited = await manager.audit.list({ limit: 100 });
  const all = [ends, events, lines, audited, await app.versions(), app.status];
  await manager.close();
  return { ends, text: inspect(all, { depth: 14, showHidden: true, maxStringLength: null }) };
}

const cases = Object.keys(WAYS).flatMap((way) =>
  (['apply', 'healthCheck'] as const).flatMap((phase) =>
    Object.keys(THROWN).map((place) => [phase, place, way] as const),
  ),
);

test.each(cases)(
  'promise 11: what %s throws shows no secret that is %s (%s)',
  async (phase, place, way) => {
    const { ends, text } = await seen(WAYS[way as keyof typeof WAYS], phase, (value) =>
      THROWN[place]!(bare(value)),
    );
    expect(ends.slice(1)).toMatchObject([
      { code: 'VETOED' },
      { code: 'INVALID_OPTIONS' },
      { code: 'VETOED' },
    ]);
    expect(text).toContain(`failed (${phase}): `);
    expect(text).not.toMatch(/hunter2|swordfish/);
  },
);

test('beside secrets the words of what a participant threw are its cause, and those of its causes', async () => {
  const refused = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' });
  const error = new TypeError('fetch failed', { cause: refused });
  const { ends } = await seen(WAYS['the option secrets'], 'apply', () => error);
  for (const { cause } of [(ends[0] as { error: Error }).error, ends[2] as Error]) {
    expect(cause).toMatchObject({
      name: 'TypeError',
      message: 'fetch failed',
      stack: error.stack,
      cause: { name: 'Error', message: 'connect refused', code: 'ECONNREFUSED' },
    });
    expect(cause).not.toBe(error);
  }
});

test('without secrets what a participant or the function of a patch threw is the cause itself', async () => {
  const error = new Error('refused');
  const schema = z.object({ size, token: z.string() });
  const { ends } = await seen({ schema }, 'apply', () => error);
  expect((ends[0] as { error: Error }).error.cause).toBe(error);
  expect((ends[2] as Error).cause).toBe(error);
});

test('an error that goes round in a circle, or that lets nobody look, harms nothing', async () => {
  const circle = new Error('refused');
  circle.cause = circle;
  const barred = new Proxy(new Error('refused'), {
    get: () => {
      throw new Error('no');
    },
  });
  for (const thrown of [circle, barred, undefined, null, 'refused']) {
    const { ends } = await seen(WAYS['the option secrets'], 'apply', () => thrown);
    expect(ends[0]).toMatchObject({ kind: 'vetoed', error: { code: 'VETOED' } });
  }
});
