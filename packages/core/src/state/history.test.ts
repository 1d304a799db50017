import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentOf, utf8 } from '../cycle/document.fixture.ts';
import type { HistoryPolicy } from '../options/history.ts';
import { type PastVersion, remember } from './history.ts';
import type { Override, SourceDocument } from './inputs.ts';

const plenty = { entries: 20, bytes: 1_000_000, snapshots: 0 };

function version(number: number, ...documents: (SourceDocument | undefined)[]): PastVersion {
  const snapshot = { merged: {}, value: {}, version: number, trigger: 'poll', at: 0 } as const;
  return { ...snapshot, inputs: { documents } };
}

const sized = (bytes: number): SourceDocument => documentOf({}, { bytes: utf8(' '.repeat(bytes)) });

const numbers = (history: readonly PastVersion[]) => history.map((past) => past.version);

function remembered(versions: readonly PastVersion[], policy: HistoryPolicy) {
  return versions.reduce<readonly PastVersion[]>(
    (history, one) => remember(history, one, policy),
    [],
  );
}

test('remember() keeps the newest, the oldest first', () => {
  const versions = [1, 2, 3, 4].map((n) => version(n, sized(10)));
  expect(numbers(remembered(versions, plenty))).toEqual([1, 2, 3, 4]);
  expect(numbers(remembered(versions, { ...plenty, entries: 2 }))).toEqual([3, 4]);
  expect(remembered(versions, { ...plenty, entries: 0 })).toEqual([]);
});

test('remember() keeps no more bytes than allowed, and counts what versions share once', () => {
  const shared = sized(60);
  const versions = [version(1, shared), version(2, shared, sized(20)), version(3, shared)];
  expect(numbers(remembered(versions, { ...plenty, bytes: 80 }))).toEqual([1, 2, 3]);
  expect(numbers(remembered(versions, { ...plenty, bytes: 79 }))).toEqual([3]);
  expect(remembered([version(1, sized(100))], { ...plenty, bytes: 99 })).toEqual([]);
});

test('remember() counts documents that came as values by their text', () => {
  const past = version(1, documentOf({ a: 'xxxxx' }), undefined);
  expect(remember([], past, { ...plenty, bytes: 13 })).toMatchObject([past]);
  expect(remember([], past, { ...plenty, bytes: 12 })).toEqual([]);
});

test('remember() counts overrides, and what versions share of them once', () => {
  const laid = (id: string, bytes: number): Override => ({
    id,
    patch: {},
    bytes,
    by: '',
    reason: '',
    at: 0,
    persist: false,
  });
  const [big, small] = [laid('o1', 60), laid('o2', 20)];
  const lists = [[big], [big, small], [big, small], []];
  const versions = lists.map((overrides, i): PastVersion => {
    const past = version(i, sized(10));
    return { ...past, inputs: { ...past.inputs, overrides } };
  });
  const kept = (bytes: number) => numbers(remembered(versions, { ...plenty, bytes }));
  expect(kept(120)).toEqual([0, 1, 2, 3]);
  expect(kept(119)).toEqual([1, 2, 3]);
  expect(kept(99)).toEqual([3]);
});

test('remember() always gives the end of all versions, within both bounds', () => {
  const sizes = fc.array(fc.nat(50), { maxLength: 30 });
  fc.assert(
    fc.property(sizes, fc.nat(10), fc.nat(200), (all, entries, bytes) => {
      const versions = all.map((size, i) => version(i, sized(size)));
      const history = remembered(versions, { ...plenty, entries, bytes });
      expect(history).toMatchObject(versions.slice(versions.length - history.length));
      expect(history.length).toBeLessThanOrEqual(entries);
      const total = history.reduce((sum, past) => sum + past.inputs.documents[0]!.bytes!.length, 0);
      expect(total).toBeLessThanOrEqual(bytes);
    }),
  );
});
