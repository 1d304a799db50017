// Fuzzes the HTTP loaders under the engine: `pnpm fuzz`, longer by `--minutes 30`, other cases by `--seed 7`.
// `--case 12` goes through one case, makes it as small as possible, and shows it.
import { parseArgs } from 'node:util';
import { type FuzzCase, caseOf, sceneryOf } from './fuzz/case.ts';
import { type Finding, run } from './fuzz/fuzz-run.ts';
import { inChild } from './fuzz/in-child.ts';
import { makeBombs } from './fuzz/mutate-answer.ts';
import { stepsOf } from './fuzz/mutation.ts';
import { type FuzzOrigin, fuzzOrigin } from './fuzz/origin.ts';
import type { Subject } from './fuzz/order.ts';
import { shrink } from './fuzz/shrink.ts';
import { Tally } from './fuzz/tally.ts';
import { tryCase } from './fuzz/try-case.ts';

/** What the process under test may grow by, in bytes. */
const CEILING = 64 * 2 ** 20;
/** Cases before that is measured: until then caches fill and code is compiled. */
const WARM_UP = 500;
/** After so many the run ends: one bug shows in many cases. */
const MOST_FINDINGS = 10;
const PROGRESS_MS = 15_000;
/** Steps of an answer that are shown: drips have hundreds. */
const MOST_STEPS = 8;

async function fuzz(seed: number, minutes: number, origin: FuzzOrigin): Promise<boolean> {
  await using subject = inChild();
  const tally = new Tally(WARM_UP);
  const found: Finding[] = [];
  const end = performance.now() + minutes * 60_000;
  const progress = setInterval(() => console.log(`… ${tally.summary()}`), PROGRESS_MS);
  await run({
    seed,
    subject,
    origin,
    tally,
    goesOn: () => performance.now() < end && found.length < MOST_FINDINGS,
    onFinding: (finding) => {
      found.push(finding);
      for (const what of finding.findings) console.log(`case ${finding.number}: ${what}`);
      console.log(`  replay: pnpm fuzz --seed ${seed} --case ${finding.number}`);
    },
  });
  clearInterval(progress);
  if (tally.growth > CEILING) console.log(`memory: it may grow by ${CEILING / 2 ** 20} MiB only`);
  console.log(`fuzz: seed ${seed}; ${tally.summary()}; ${found.length} cases failed`);
  return found.length === 0 && tally.growth <= CEILING;
}

async function replay(fuzzCase: FuzzCase, origin: FuzzOrigin): Promise<boolean> {
  const subject: Subject = {
    // one process a try: what crashes it must not spoil the next one
    run: async (order) => {
      await using child = inChild();
      return await child.run(order);
    },
    [Symbol.asyncDispose]: async () => {},
  };
  const failsBy = async (smaller: FuzzCase): Promise<readonly string[]> =>
    tryCase(smaller, subject, origin).then(
      ({ findings }) => findings,
      (error: unknown) => [String(error)],
    );
  const findings = await failsBy(fuzzCase);
  for (const what of findings) console.log(what);
  const small =
    findings.length > 0
      ? await shrink(fuzzCase, async (one) => (await failsBy(one)).length > 0)
      : fuzzCase;
  if (findings.length > 0) show(small, origin);
  console.log(`fuzz: case ${fuzzCase.number} ${findings.length > 0 ? 'fails' : 'holds'}`);
  return findings.length === 0;
}

function show(fuzzCase: FuzzCase, origin: FuzzOrigin): void {
  const { recipes, ...settings } = fuzzCase;
  console.log(settings);
  const scenery = sceneryOf(fuzzCase, { origin: origin.port, elsewhere: origin.elsewhere });
  for (const recipe of recipes) {
    console.log(
      `answer: ${recipe.mutations.map(({ name }) => name).join(', ') || 'as it should be'}`,
    );
    for (const step of stepsOf(recipe, scenery).slice(0, MOST_STEPS)) {
      const text = 'bytes' in step ? JSON.stringify(step.bytes.toString('latin1')) : '';
      const shown = text.length > 1000 ? `${text.slice(0, 700)} … ${text.slice(-250)}` : text;
      console.log(`  ${step.kind} ${'ms' in step ? `${step.ms} ms` : shown}`);
    }
  }
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (text !== '' && number >= 0) return number;
  throw new Error(`Cannot use "--${option}" as it must be a number from 0 on: it is ${text}`);
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    case: { type: 'string' },
  },
});
const seed = numberOf('seed', values.seed);
makeBombs();
await using origin = await fuzzOrigin();
const holds =
  values.case === undefined
    ? await fuzz(seed, numberOf('minutes', values.minutes), origin)
    : await replay(caseOf(seed, numberOf('case', values.case)), origin);
process.exitCode = holds ? 0 : 1;
