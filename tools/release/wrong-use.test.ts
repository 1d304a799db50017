import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { optionOwners } from './option-types.ts';
import { answerTo, answerToOnly, CALLS, endCalls, NEEDED_ITEMS } from './wrong-calls.ts';
import { isNumber, numbersInside, numbersOutside, rangeOf } from './wrong-numbers.ts';
import { wrongValues } from './wrong-values.ts';

afterAll(endCalls);

/** Options that take what is not of their type, on purpose: tests serve what is no JSON. */
const ANYTHING: ReadonlySet<string> = new Set(['mockLoader.value']);

/** What takes a function in the place of its options. */
const TAKES_A_FUNCTION: ReadonlySet<string> = new Set(['mapped']);

const { owners, checker } = optionOwners();
const called = owners.map(({ className, name, options }) => {
  const owner = className === undefined ? name : `${className}.${name}`;
  const checked = options.filter(({ path }) => !ANYTHING.has(`${owner}.${path}`));
  return { owner, options: checked, numbers: checked.filter(isNumber) };
});

/** `{ a: { b: [{ c: value }] } }` of `a.b[].c`. */
function optionsWith(path: string, value: unknown): object {
  const [step, ...rest] = path.split('.') as [string, ...string[]];
  const inner = rest.length > 0 ? optionsWith(rest.join('.'), value) : value;
  if (!step.endsWith('[]')) return { [step]: inner };
  const list = step.slice(0, -2);
  return { [list]: [{ ...NEEDED_ITEMS[list], ...(inner as object) }] };
}

/** The values that are not refused by the name of the option, each with what comes instead. */
async function complaints(owner: string, path: string, wrong: readonly unknown[]) {
  const answers = await Promise.all(
    wrong.map(async (value) => ({
      value,
      answer: await answerTo(owner, optionsWith(path, value)),
    })),
  );
  const right = `INVALID_OPTIONS: Cannot use "${path.replace('[]', '[0]')}`;
  return answers
    .filter(({ answer }) => !answer.startsWith(right))
    .map(({ value, answer }) => `${inspect(value)}: ${answer}`);
}

test('every function that takes options is tried', () => {
  expect(called.map(({ owner }) => owner).toSorted()).toEqual(Object.keys(CALLS).toSorted());
});

describe.each(called)('$owner()', ({ owner, options }) => {
  test.each(options)('refuses every wrong $path by its name', async ({ path, type }) => {
    const wrong = wrongValues(type, checker);
    expect(wrong.length).toBeGreaterThan(2);
    expect(await complaints(owner, path, wrong)).toEqual([]);
  });

  test('refuses an option that there is not', async () => {
    expect(await answerTo(owner, { thereIsNoSuchOption: 1 })).toMatch(
      /^INVALID_OPTIONS: Cannot use option "thereIsNoSuchOption" of .*(?:did you mean|there are)/,
    );
  });

  test('refuses what are no options', async () => {
    for (const wrong of [null, 5, 'text', [], () => 5]) {
      if (typeof wrong === 'function' && TAKES_A_FUNCTION.has(owner)) continue;
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answer = await answerToOnly(owner, wrong);
      expect(`${inspect(wrong)}: ${answer}`).toContain('INVALID_OPTIONS: Cannot use "options"');
    }
  });
});

describe.each(called.filter(({ numbers }) => numbers.length > 0))('$owner()', (each) => {
  const { owner, numbers } = each;

  test.each(numbers)('says in its doc which numbers $path takes', (option) => {
    expect(rangeOf(option)).toBeDefined();
  });

  test.each(numbers)('refuses every number that $path does not take', async (option) => {
    expect(await complaints(owner, option.path, numbersOutside(rangeOf(option)!))).toEqual([]);
  });

  test.each(numbers)('takes both ends of what $path takes', async (option) => {
    const right = numbersInside(rangeOf(option)!);
    const answers = await Promise.all(
      right.map((value) => answerTo(owner, optionsWith(option.path, value))),
    );
    expect(answers.filter((answer) => answer.startsWith('INVALID_OPTIONS'))).toEqual([]);
  });
});
