import type { FuzzCase } from './case.ts';

/** What is left of a case when each answer, then each change of one, is taken away as long as `fails` holds. */
export async function shrink(
  fuzzCase: FuzzCase,
  fails: (smaller: FuzzCase) => Promise<boolean>,
): Promise<FuzzCase> {
  let smallest = fuzzCase;
  for (let again = true; again;) {
    again = false;
    for (const smaller of smallerThan(smallest)) {
      if (!(await fails(smaller))) continue;
      smallest = smaller;
      again = true;
      break;
    }
  }
  return smallest;
}

/** Every case with one answer or one change less, the largest steps first. */
function* smallerThan(fuzzCase: FuzzCase): Generator<FuzzCase> {
  const { recipes } = fuzzCase;
  for (let at = 0; at < recipes.length; at += 1) {
    yield { ...fuzzCase, recipes: recipes.toSpliced(at, 1) };
  }
  for (const [at, { seed, mutations }] of recipes.entries()) {
    for (let drop = 0; drop < mutations.length; drop += 1) {
      const recipe = { seed, mutations: mutations.toSpliced(drop, 1) };
      yield { ...fuzzCase, recipes: recipes.with(at, recipe) };
    }
  }
}
