import { describe, expect, test } from 'vitest';
import type { Inputs, Override, Pin, SourceDocument } from './inputs.ts';
import { rolledBack, pastVersion } from './rollback.ts';

const document = (raw: number): SourceDocument => ({
  raw: { raw },
  bytes: undefined,
  validator: undefined,
  young: false,
  doNotStore: false,
  evidence: undefined,
});
const [one, two] = [document(1), document(2)];
const terms = { kind: 'document', by: 'ann', reason: 'why', at: 1_000 } as const;
const all: Pin = { kind: 'all', by: 'bob', reason: 'his', at: 5, barred: [[]] };
const override = (id: string, expiresAt?: number): Override => ({
  id,
  patch: {},
  bytes: 2,
  by: 'ann',
  reason: 'why',
  at: 1,
  persist: false,
  ...(expiresAt !== undefined && { expiresAt }),
});

describe('rolledBack()', () => {
  const back = (inputs: Inputs, past: Inputs, more: object = {}): Inputs =>
    rolledBack({ inputs }, past, { ...terms, ...more });

  test('gives the documents of then, and bars those of now', () => {
    expect(back({ documents: [two] }, { documents: [one] })).toEqual({
      documents: [one],
      pin: { ...terms, barred: [[two.raw]] },
    });
  });

  test('keeps what was barred, but for what it restores, and no more than twenty', () => {
    const barred = [Array.from({ length: 20 }, (_, i) => ({ raw: i + 10 }))];
    const pin: Pin = { ...terms, barred: [[...barred[0]!.slice(1), { raw: 1 }]] };
    const { pin: after } = back({ documents: [two], pin }, { documents: [one] });
    expect(after!.barred[0]).toHaveLength(20);
    expect(after!.barred[0]!.at(-1)).toEqual({ raw: 2 });
    expect(after!.barred[0]).not.toContainEqual({ raw: 1 });
    const full: Pin = { ...terms, barred };
    const { pin: bounded } = back({ documents: [two], pin: full }, { documents: [one] });
    expect(bounded!.barred[0]).toHaveLength(20);
    expect(bounded!.barred[0]).not.toContainEqual({ raw: 10 });
  });

  test('pins nothing where no document is left behind, unless everything is to be pinned', () => {
    const same = { documents: [document(1)] };
    expect(back({ documents: [one] }, same).pin).toBeUndefined();
    expect(back({ documents: [one] }, same, { kind: 'all' }).pin).toMatchObject({ kind: 'all' });
  });

  test('leaves the pin of everything to who set it', () => {
    const { pin } = back({ documents: [two], pin: all }, { documents: [one] });
    expect(pin).toEqual({ ...all, barred: [[two.raw]] });
  });

  test('gives the overrides of then that have not ended, and what only a restart may change as it is', () => {
    const past: Inputs = {
      documents: [one],
      overrides: [override('a', 1_000), override('b', 1_001)],
    };
    const now: Inputs = { documents: [one], overrides: [override('c')], started: { raw: 0 } };
    const after = back(now, past);
    expect(after.overrides!.map(({ id }) => id)).toEqual(['b']);
    expect(after.started).toEqual({ raw: 0 });
    expect(back(now, { documents: [one] }).overrides).toEqual([]);
    expect('overrides' in back({ documents: [one] }, { documents: [one] })).toBe(false);
  });
});

test('pastVersion() says which versions are kept when there is none of that number', () => {
  const snapshot = { merged: {}, value: {}, version: 2, trigger: 'poll', at: 0 } as const;
  const past = { ...snapshot, version: 1, inputs: { documents: [one] } };
  const state = {
    inputs: { documents: [two] },
    snapshot,
    waiting: [],
    cached: [],
    updateTimes: [],
    diverged: undefined,
    defaultsRefused: undefined,
    history: [past],
  };
  const policy = { entries: 1, bytes: 100, snapshots: 0 };
  expect(pastVersion(state, 1, policy)).toBe(past);
  expect(pastVersion(state, 3, policy)).toMatchObject({
    code: 'NOT_FOUND',
    message: 'There is no earlier version 3 (kept: 1)',
  });
});
