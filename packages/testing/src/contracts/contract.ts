import { OptionChecks } from '@holdfast/core/options';
import { ContractViolation, ensure } from './ensure.ts';
import type { Harness } from './harness.ts';

/** One rule that every adapter of a port obeys. It knows no test runner: it passes by resolving, fails by rejecting. */
export interface ContractCase<H extends Harness, Need extends string = string> {
  /** Unique within its contract: what a test runner shows. */
  readonly name: string;
  /** What is promised, and to what end: the message begins with it when an adapter breaks it. */
  readonly rule: string;
  /** What the harness, or its adapter, must be able to do for this case. */
  readonly needs: readonly Need[];
  /** Judges the adapter of a fresh harness; does not dispose of it. Rejects when the harness lacks what is needed. */
  readonly run: (harness: H) => Promise<void>;
}

/** What {@link contractTests} can be told. */
export interface ContractTestOptions<Need extends string> {
  /** What the harness, or its adapter, cannot do: cases that need it are shown as skipped. @default {nothing} */
  readonly without?: readonly Need[];
}

/** One case, bound to a harness: what a test runner needs. */
export interface ContractTest {
  /** Of the case; where it is skipped, with the reason. */
  readonly name: string;
  /** Whether it cannot be run, by `without`. */
  readonly skip: boolean;
  /** Makes a harness, runs the case, disposes of the harness. */
  readonly run: () => Promise<void>;
}

/**
 * The cases of a contract as tests of one adapter, which any runner registers in three lines:
 *
 *     for (const { name, skip, run } of contractTests(loaderContract, createHarness)) {
 *       (skip ? test.skip : test)(name, run);
 *     }
 *
 * `createHarness` is called once per case, so that cases share nothing. A case whose needs the harness does not meet fails,
 * unless they are named in `without`, which shows it as skipped: none vanishes.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, also when `without` names what no case needs.
 */
export function contractTests<H extends Harness, Need extends string>(
  contract: readonly ContractCase<H, Need>[],
  createHarness: () => Promise<H> | H,
  options: ContractTestOptions<Need> = {},
): readonly ContractTest[] {
  const check = new OptionChecks('contractTests()');
  check.list('contract', contract, (item, value) => check.methods(item, value, ['run']));
  check.callable('createHarness', createHarness);
  check.object('options', options, ['without'] satisfies (keyof ContractTestOptions<Need>)[]);
  const { without = [] } = options;
  const needs = [...new Set(contract.flatMap((each) => each.needs))];
  check.list('without', without, (item, value) => check.oneOf(item, value, needs));
  return contract.map((each) => {
    const missing = each.needs.filter((need) => without.includes(need));
    const skip = missing.length > 0;
    const name = skip ? `${each.name} (skipped: without ${missing.join(', ')})` : each.name;
    return { name, skip, run: () => runCase(each, createHarness) };
  });
}

async function runCase<H extends Harness>(
  contractCase: ContractCase<H>,
  createHarness: () => Promise<H> | H,
): Promise<void> {
  const harness = await createHarness();
  try {
    await contractCase.run(harness);
  } finally {
    await harness.dispose?.();
  }
}

/** A case as a contract writes it. */
export interface Rule<H extends Harness, Need extends string> {
  readonly name: string;
  readonly rule: string;
  readonly needs?: readonly Need[];
  judge(harness: H): Promise<void>;
}

/** Makes cases of rules; `whoLacks` says who does not meet a need. A claim that nobody can check counts as met. */
export function casesOf<H extends Harness, Need extends string>(
  rules: readonly Rule<H, Need>[],
  whoLacks: (harness: H, need: Need) => string | undefined,
): readonly ContractCase<H, Need>[] {
  return rules.map((each) => ({
    name: each.name,
    rule: each.rule,
    needs: each.needs ?? [],
    async run(harness) {
      try {
        for (const need of each.needs ?? []) {
          const who = whoLacks(harness, need);
          const lack = `no "${need}": give the ${who} one, or name it in "without"`;
          ensure(who === undefined, lack);
        }
        await each.judge(harness);
      } catch (error) {
        if (!(error instanceof ContractViolation)) throw error;
        throw new ContractViolation(`${each.rule} Seen: ${error.message}`, { cause: error });
      }
    },
  }));
}
