import type { Loader } from '@holdfast/core';
import { createTestManager, recordEvents } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { envLoader } from '../env.ts';
import { firstOf } from '../first-of.ts';
import { hashed } from '../hashed.ts';
import { hedged } from '../hedged.ts';
import { mapped } from '../mapped.ts';
import { watchedBy } from '../push/watched-by.ts';
import { verified } from '../verified.ts';
import { webhook } from '../webhook.ts';
import { around } from './around.ts';

/** Tells what it was called with, and as a method of what. */
function method(name: string) {
  return function noting(this: unknown, ...given: readonly unknown[]): unknown {
    return { name, self: this, given };
  };
}

/** All that a loader can have: the compiler asks for what is new, and the tests below for who hands it on. */
const VALUES = {
  name: 'n',
  key: 'k',
  origin: 'http://config.test',
  warnings: ['w'],
  addressed: true,
};
const METHODS = {
  load: method('load'),
  watch: method('watch'),
  decode: method('decode'),
  close: method('close'),
};
const MEMBERS = { ...VALUES, ...METHODS } satisfies Record<keyof Loader, unknown>;
const full = MEMBERS as unknown as Required<Loader>;

test('around() hands on what the loader says of itself', () => {
  expect(around(full, {})).toMatchObject(VALUES);
});

test.each(Object.keys(METHODS) as (keyof typeof METHODS)[])(
  'around() calls %s() of the loader with all that it gets',
  (name) => {
    const handed = around(full, {}) as unknown as typeof METHODS;
    const given = [{ a: 1 }, { b: 2 }, { c: 3 }];
    expect(handed[name](...given)).toEqual({ name, self: full, given });
  },
);

test('around() puts other members in the place of those of the loader', () => {
  const made = around(full, { name: 'other', load: async () => ({ kind: 'absent' }) });
  expect(made).toMatchObject({ ...VALUES, name: 'other' });
  expect(made.load({} as never)).toBeInstanceOf(Promise);
});

test('around() has nothing that the loader lacks', () => {
  const { load } = METHODS;
  const made = around({ name: 'n', key: 'k', load } as never, {});
  expect(Object.keys(made)).toEqual(['toJSON', 'name', 'key', 'origin', 'load']);
});

const prove = async (): Promise<never> => Promise.reject(new Error('not asked'));
const decorators = {
  hashed,
  mapped: (loader) => mapped(loader, (document) => document),
  verified: (loader) => verified(loader, { by: { prove } }),
  watchedBy: (loader) => watchedBy(loader, {}),
  webhook: (loader) => webhook({ unsigned: true }).watched('app', loader),
} satisfies Record<string, (loader: Loader) => Loader>;

test.each(Object.entries(decorators))('%s() has all that its loader has', (name, decorated) => {
  const made = decorated(full);
  // what is mapped has other paths than the variables say
  expect(made).toMatchObject({ ...VALUES, addressed: name !== 'mapped' });
  expect(Object.keys(made)).toEqual(expect.arrayContaining(Object.keys(MEMBERS)));
});

test.each<[string, (loader: Loader) => Loader]>([
  ['others', (loader) => decorators.webhook(decorators.watchedBy(hashed(loader)))],
  ['firstOf()', (loader) => firstOf([loader, loader])],
  ['hedged()', (loader) => hedged([loader, loader])],
])('a variable that is misspelt is told of behind %s', async (_, behind) => {
  const { manager, clock } = createTestManager();
  const record = recordEvents(manager);
  const env = envLoader({ prefix: 'APP_', env: { APP_SIZE: '4', APP_SISE: '5' } });
  manager.register('app', { loader: behind(env), schema: z.object({ size: z.number() }) });
  await clock.advance(1_000);
  expect(record.of('config.warned').map(({ message }) => message)).toEqual([
    expect.stringContaining('does nothing at sise') as string,
  ]);
  await manager.close();
});
