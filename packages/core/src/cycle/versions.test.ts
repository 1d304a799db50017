import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { json } from '../document/json.fixture.ts';
import { OptionCheck } from '../options/check.ts';
import { resolveLimits } from '../options/limits.ts';
import { resolveVersions, type VersionOptions, type VersionPolicy } from '../options/versions.ts';
import type { JsonValue } from '../ports/json.ts';
import { migrate, upToDate, wentBack } from './versions.ts';

const CHECK = new OptionCheck('x');
const policyOf = (options: VersionOptions) => resolveVersions(options, CHECK);

/** A step that only says that it was there. */
const step = (from: number, to: number) => ({
  from,
  to,
  migrate: (document: JsonValue) => ({ ...(document as object), version: to, [`by${from}`]: true }),
});

describe('migrate()', () => {
  test('takes every step from the version of the document, in order, and names them', () => {
    const policy = policyOf({ migrations: [step(2, 3), step(0, 1), step(1, 2)] });
    expect(migrate(policy, { a: 1 })).toEqual({
      raw: { a: 1, version: 3, by0: true, by1: true, by2: true },
      steps: [
        { from: 0, to: 1 },
        { from: 1, to: 2 },
        { from: 2, to: 3 },
      ],
      former: [
        { a: 1 },
        { a: 1, version: 1, by0: true },
        { a: 1, version: 2, by0: true, by1: true },
      ],
    });
    expect(migrate(policy, { version: '2.7.1' })).toMatchObject({ steps: [{ from: 2, to: 3 }] });
  });

  test('may lead down, for an application that is older than its documents', () => {
    expect(migrate(policyOf({ migrations: [step(3, 2)] }), { version: 3 })).toMatchObject({
      raw: { version: 2 },
    });
  });

  test.each([{ version: 3 }, { version: 'three' }, [], 'text', null])(
    'gives back %j itself, for which there is no step',
    (document) => {
      const migrated = migrate(policyOf({ migrations: [step(1, 2), step(2, 3)] }), document);
      expect(migrated).toEqual({ raw: document, steps: [], former: [] });
      expect((migrated as { raw: unknown }).raw).toBe(document);
    },
  );

  test('without steps looks at nothing', () => {
    fc.assert(
      fc.property(json, (document) => {
        expect(migrate(policyOf({}), document)).toEqual({ raw: document, steps: [], former: [] });
      }),
    );
  });

  test('gives each step a copy of its own, which it may change', () => {
    const document = Object.freeze({ pool: Object.freeze({ max: 5 }) });
    const policy = policyOf({
      migrations: [
        {
          from: 0,
          to: 1,
          migrate(given) {
            const changed = given as unknown as {
              version: number;
              pool: { max?: number; size: number };
            };
            changed.pool.size = changed.pool.max!;
            delete changed.pool.max;
            changed.version = 1;
            return changed;
          },
        },
      ],
    });
    expect(migrate(policy, document)).toMatchObject({ raw: { version: 1, pool: { size: 5 } } });
    expect(document).toEqual({ pool: { max: 5 } });
  });

  test.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new TypeError('hunter2');
      },
      'it threw (TypeError)',
    ],
    [
      'is asynchronous',
      async () => ({ version: 2 }),
      'what it gave is not JSON: it is a Promise at (top)',
    ],
    [
      'rejects',
      async () => {
        throw new Error('hunter2');
      },
      'what it gave is not JSON: it is a Promise at (top)',
    ],
    ['gives nothing', () => undefined, 'what it gave is not JSON: it is undefined at (top)'],
    [
      'gives a Date',
      () => ({ version: 2, at: new Date() }),
      'what it gave is not JSON: it is a Date at at',
    ],
    ['leaves the version', (given?: unknown) => given, 'it gave a document that has version 1'],
    ['forgets the version', () => ({}), 'it gave a document that has no version'],
    [
      'gives another version',
      () => ({ version: '3.1' }),
      'it gave a document that has version "3.1"',
    ],
    [
      'gives too much',
      () => ({ version: 2, all: Array.from({ length: 50 }, () => 0) }),
      'what it gave has too many keys and items (limits.maxKeys) at all',
    ],
  ])('refuses a document whose step %s, names the step and quotes nothing', (_, call, why) => {
    const policy = policyOf({ migrations: [{ from: 1, to: 2, migrate: call }] });
    expect(migrate(policy, { version: 1 }, { maxKeys: 20 })).toBe(
      `was refused by the migration 1 -> 2: ${why}`,
    );
  });

  test('ends, whatever steps resolveVersions() takes, and never goes through one twice', () => {
    const pairs = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 })), { maxLength: 6 });
    fc.assert(
      fc.property(pairs, fc.nat({ max: 5 }), (all, version) => {
        let policy;
        try {
          policy = policyOf({ migrations: all.map(([from, to]) => step(from, to)) });
        } catch {
          return;
        }
        const migrated = migrate(policy, { version });
        const { steps } = migrated as Exclude<typeof migrated, string>;
        expect(new Set(steps.map(({ from }) => from)).size).toBe(steps.length);
      }),
    );
  });
});

describe('upToDate()', () => {
  /** Why a document is not accepted. */
  const refusalOf = (accepts: unknown, raw: JsonValue): string | undefined => {
    const versions = { ...policyOf({}), accepts: accepts as VersionPolicy['accepts'] };
    try {
      upToDate({ versions, limits: resolveLimits(undefined, CHECK), secrets: [] }, raw);
      return undefined;
    } catch (error) {
      expect(error).toMatchObject({ code: 'VERSION_REFUSED' });
      return (error as Error).message;
    }
  };

  test.each([
    [2, { version: 2 }, undefined],
    [2, { version: '2.1.0' }, undefined],
    [0, {}, undefined],
    [2, { version: 3 }, 'has version 3, and 2 is accepted'],
    [2, { version: '3.0.0-x' }, 'has version "3.0.0-x", and 2 is accepted'],
    [2, {}, 'has no version, and 2 is accepted'],
    [2, { version: null }, 'has null as its version, and 2 is accepted'],
    [2, { version: 'x'.repeat(99) }, 'has a string as its version, and 2 is accepted'],
    [2, [], 'has no version, and 2 is accepted'],
    [undefined, { version: 'anything' }, undefined],
  ])('accepts: %s says of %j: %s', (accepts, raw, why) => {
    expect(refusalOf(accepts, raw)).toBe(why);
  });

  test('asks a function for the member, and wants true or false', () => {
    const accepts = vi.fn<(version: unknown) => boolean>((version) => version === '2.1');
    expect(refusalOf(accepts, { version: '2.1' })).toBeUndefined();
    expect(refusalOf(accepts, {})).toBe('has no version, which accepts() does not take');
    expect(accepts.mock.calls).toEqual([['2.1'], [undefined]]);
  });

  test.each<[unknown, string]>([
    [() => 1, 'and accepts() must say true or false: it said a number'],
    [async () => true, 'and accepts() must say true or false: it said a Promise'],
    [() => Promise.reject(new Error('later')), 'it said a Promise'],
    [
      () => {
        throw new Error('hunter2');
      },
      'and accepts(): it threw (Error)',
    ],
  ])('refuses where accepts() gives no answer', (accepts, why) => {
    const said = refusalOf(accepts, { version: 1 });
    expect(said).toContain(why);
    expect(said).not.toContain('hunter2');
  });
});

describe('wentBack()', () => {
  const said = (before: JsonValue, after: JsonValue, monotonic = 'meta.revision') =>
    wentBack(policyOf({ monotonic }), before, after);
  const at = (revision: JsonValue): JsonValue => ({ meta: { revision } });

  test.each([
    [1, 2],
    [2, 2],
    [-1, 0],
    ['9', '10'],
    ['9', 10],
    [9.5, '10'],
    ['18446744073709551614', '18446744073709551615'],
    ['2026-01-02', '2026-01-02T00:00:01Z'],
    ['2026-01-02T01:00:00+02:00', '2026-01-02T00:00:00Z'],
    ['no mark', 1],
    [null, 1],
  ])('from %j to %j is no step back', (before, after) => {
    expect(said(at(before), at(after))).toBeUndefined();
  });

  test.each([
    [2, 1, 'goes back at meta.revision, from 2 to 1'],
    ['10', '9', 'goes back at meta.revision, from 10 to 9'],
    [10, '9', 'goes back at meta.revision, from 10 to 9'],
    ['18446744073709551615', '18446744073709551614', 'goes back'],
    ['2026-01-02', '2026-01-01', 'goes back at meta.revision, from 2026-01-02 to 2026-01-01'],
    [5, '2026-01-01', 'has a date at meta.revision, where a number was'],
    ['2026-01-01', 5, 'has a number at meta.revision, where a date was'],
    [5, null, 'has null at meta.revision, where a number, a text of digits or an ISO date must be'],
    [5, 'hunter2', 'has a string at meta.revision'],
  ])('from %j to %j is one', (before, after, why) => {
    expect(said(at(before), at(after))).toContain(why);
    expect(said(at(before), at(after))).not.toContain('hunter2');
  });

  test('a document that has lost its mark may not follow, one may follow that had none', () => {
    expect(said(at(1), {})).toContain('has nothing at meta.revision');
    expect(said({}, at(1))).toBeUndefined();
    expect(said({}, {})).toBeUndefined();
  });

  test('without the option nothing goes back', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        expect(wentBack(policyOf({}), before, after)).toBeUndefined();
      }),
    );
  });

  test('of two numbers exactly the one that is lower may not follow', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), fc.boolean(), (a, b, asText) => {
        const mark = asText ? String(b) : b;
        expect(said(at(a), at(mark)) !== undefined).toBe(b < a);
      }),
    );
  });
});
