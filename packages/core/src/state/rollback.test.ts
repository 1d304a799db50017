import { expect, test } from 'vitest';
import { documentOf } from '../cycle/document.fixture.ts';
import { isHoldfastError } from '../errors.ts';
import type { ConfigState } from './config-state.ts';
import type { PastVersion } from './history.ts';
import type { Inputs, Override, Pin } from './inputs.ts';
import { rolledBack, versionOf } from './rollback.ts';

const terms = { kind: 'document', by: 'ann', reason: 'slow', at: 100 } as const;
const [first, second, third] = [1, 2, 3].map((n) => documentOf({ n })) as [
  ReturnType<typeof documentOf>,
  ReturnType<typeof documentOf>,
  ReturnType<typeof documentOf>,
];

const override = (id: string, expiresAt?: number): Override => ({
  ...{ id, patch: {}, by: '', reason: '', at: 0, persist: false },
  ...(expiresAt !== undefined && { expiresAt }),
});

const back = (inputs: Inputs, past: Inputs, more: Partial<Pin> = {}): Inputs =>
  rolledBack({ inputs }, past, { ...terms, ...more });

test('rolledBack() gives the documents of then, and bars those of now that differ', () => {
  const now: Inputs = { documents: [second, third] };
  const then: Inputs = { documents: [first, third] };
  expect(back(now, then)).toEqual({
    documents: [first, third],
    pin: { ...terms, barred: [[{ n: 2 }], []] },
  });
  expect(now).toEqual({ documents: [second, third] });
});

test('rolledBack() brings back overrides, but for those that have come to their end', () => {
  const then = {
    documents: [first],
    overrides: [override('a', 100), override('b', 101), override('c')],
  };
  const { overrides } = back({ documents: [second], overrides: [override('d')] }, then);
  expect(overrides?.map(({ id }) => id)).toEqual(['b', 'c']);
  expect(
    back({ documents: [second], overrides: [override('d')] }, { documents: [first] }).overrides,
  ).toEqual([]);
});

test('rolledBack() bars nothing where only overrides go, and all where all is pinned', () => {
  const now = { documents: [first], overrides: [override('a')] };
  expect(back(now, { documents: [first] }).pin).toBeUndefined();
  expect(back(now, { documents: [first] }, { kind: 'all' }).pin).toMatchObject({ kind: 'all' });
  const pinned: Inputs = { documents: [second], pin: { ...terms, kind: 'all', barred: [[]] } };
  expect(back(pinned, { documents: [first] }).pin).toMatchObject({ kind: 'all' });
});

test('rolledBack() goes on to bar what was barred, but for what it puts in force', () => {
  const pin: Pin = { ...terms, barred: [[{ n: 1 }, { n: 3 }]] };
  expect(
    back({ documents: [second], pin }, { documents: [documentOf({ n: 1 })] }).pin,
  ).toMatchObject({
    barred: [[{ n: 3 }, { n: 2 }]],
  });
});

test('rolledBack() keeps what only a restart may change as it was at the start', () => {
  expect(back({ documents: [second], started: { n: 0 } }, { documents: [first] })).toMatchObject({
    started: { n: 0 },
  });
});

test('versionOf() finds what is kept, and says what there is', () => {
  const past = { version: 2, inputs: { documents: [] } } as unknown as PastVersion;
  const state = { history: [past], snapshot: { version: 3 } } as unknown as ConfigState;
  expect(versionOf(state, 2)).toBe(past);
  const missing = versionOf(state, 3);
  expect(isHoldfastError(missing) && missing.code).toBe('NOT_FOUND');
  expect(missing).toHaveProperty(
    'message',
    expect.stringMatching(/no version 3 .*in force.*\(kept: 2\)/),
  );
});
