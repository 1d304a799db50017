import { LoadError, type LoadResult, type Loader } from '@holdfast/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Chance } from './chance.ts';
import { caseOf, SECRET, sceneryOf } from './case.ts';
import { type Finding, run } from './fuzz-run.ts';
import { inProcess } from './in-process.ts';
import { makeBombs } from './mutate-answer.ts';
import { recipeOf, stepsOf } from './mutation.ts';
import { fuzzOrigin } from './origin.ts';
import type { Spoil } from './subject.ts';
import { Tally } from './tally.ts';

/** A loader that does as it is told by `change`. */
const spoiled =
  (
    change: (
      load: () => Promise<LoadResult>,
      request: Parameters<Loader['load']>[0],
    ) => Promise<LoadResult>,
  ): Spoil =>
  (loader) => ({ ...loader, load: (request) => change(() => loader.load(request), request) });

const loadedText = (text: string): LoadResult => ({
  kind: 'loaded',
  raw: new TextEncoder().encode(text),
});

/** The first finding within so many cases, of loaders that are wrong. */
async function firstFinding(spoil: Spoil | undefined, cases: number): Promise<Finding | undefined> {
  await using origin = await fuzzOrigin();
  await using subject = inProcess(spoil);
  const found: Finding[] = [];
  let begun = 0;
  await run({
    seed: 1,
    subject,
    origin,
    tally: new Tally(cases),
    goesOn: () => found.length === 0 && begun++ < cases,
    onFinding: (finding) => found.push(finding),
  });
  return found[0];
}

beforeAll(makeBombs, 60_000);

describe('the fuzzer', () => {
  test('finds nothing in loaders that are right', async () => {
    expect(await firstFinding(undefined, 60)).toBeUndefined();
  }, 60_000);

  test.each<[string, Spoil, RegExp]>([
    [
      'takes what came of a broken answer for a document',
      spoiled((load) => load().catch(() => loadedText('{"cut":true}'))),
      /a strict reading (?:refuses it|gives another)/,
    ],
    [
      'passes over bytes that are no UTF-8',
      spoiled(async (load) => {
        const result = await load();
        if (result.kind !== 'loaded') return result;
        return {
          ...result,
          raw: new TextEncoder().encode(new TextDecoder().decode(result.raw as Uint8Array)),
        };
      }),
      /a strict reading (?:refuses it|gives another)/,
    ],
    [
      'tells the token',
      spoiled((load) =>
        load().catch((error: Error) => {
          throw Object.assign(error, { message: `${error.message} (asked with ${SECRET})` });
        }),
      ),
      /tells a secret/,
    ],
    [
      'throws errors without a host',
      spoiled((load) =>
        load().catch(() => {
          throw new LoadError('Something went wrong');
        }),
      ),
      /does not name/,
    ],
    [
      'says "unchanged" of what it could not read',
      spoiled((load, { known }) =>
        load().catch((error: unknown) => {
          if (known) return { kind: 'unchanged' };
          throw error as Error;
        }),
      ),
      /unchanged/,
    ],
    [
      'asks again and again',
      spoiled((load) => load().then(load).then(load)),
      // where the first of them is lost on the way, the poll tries once more
      /[3-6] loads in one poll/,
    ],
    [
      'leaves its sockets open',
      (loader) => ({ ...loader, close: async () => {} }),
      /sockets after close/,
    ],
  ])(
    'finds a loader that %s',
    async (_, spoil, what) => {
      const finding = await firstFinding(spoil, 400);
      expect(finding?.findings.join('\n')).toMatch(what);
    },
    60_000,
  );
});

test('caseOf() gives the same case for the same numbers, and others for others', () => {
  expect(caseOf(1, 7)).toEqual(caseOf(1, 7));
  expect(caseOf(1, 7)).not.toEqual(caseOf(1, 9));
  expect(caseOf(1, 7)).not.toEqual(caseOf(2, 7));
});

test('stepsOf() gives the same steps for the same recipe', () => {
  const scenery = sceneryOf({ loader: 'http' }, { origin: 1, elsewhere: 2 });
  const chance = new Chance(1);
  for (let i = 0; i < 12; i += 1) {
    const recipe = recipeOf(chance);
    expect(stepsOf(recipe, scenery)).toEqual(stepsOf(recipe, scenery));
  }
}, 30_000);
