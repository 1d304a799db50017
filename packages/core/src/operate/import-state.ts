import { OptionCheck } from '../lazy-base.ts';
import type { Outcome } from '../outcome.ts';
import { type Because, checkBecause } from './because.ts';
import { ImportStep } from './import-step.ts';
import type { OperatedConfig } from './operated-config.ts';
import { readState } from './read-state.ts';
import { stateDocument, type StateDocument } from './state-document.ts';
import type { Step } from './step.ts';
import { carryOut } from './transaction.ts';

/** Which part of the state. */
export interface ExportOptions {
  /** Names of the configs. @default {all} */
  readonly configs?: readonly string[];
}

/** What came of an import. */
export interface ImportResult {
  /** Of each config that the document and the manager both have. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Paths in the document of configs and sources that the manager has not: they were left out. */
  readonly unknown: readonly string[];
}

/** Writes down the state of these configs. @throws {HoldfastError} `INVALID_OPTIONS` */
export async function exportState(
  configs: readonly OperatedConfig[],
  options: ExportOptions,
  at: number,
): Promise<StateDocument> {
  const check: OptionCheck = new OptionCheck('exportState()');
  check.object('options', options, ['configs'] satisfies (keyof ExportOptions)[]);
  const names = configs.map(({ policy }) => policy.name);
  const { configs: wanted = names } = options;
  check.texts('configs', wanted);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) throw check.fail('configs', `some of ${names.join(', ')}`, unknown);
  return stateDocument(
    configs.filter(({ policy }) => wanted.includes(policy.name)),
    at,
  );
}

/** Makes the configs what the document says, or changes nothing. @throws {HoldfastError} why it cannot be */
export async function importState(
  configs: readonly OperatedConfig[],
  document: unknown,
  because: Because,
): Promise<ImportResult> {
  checkBecause(new OptionCheck('importState()'), because);
  const state = await readState(document);
  const cycle = await import('../cycle/cycle.ts');
  const steps = new Map<OperatedConfig, readonly Step[]>();
  const unknown: string[] = [];
  for (const [name, read] of Object.entries(state.configs)) {
    const config = configs.find(({ policy }) => policy.name === name);
    if (config) steps.set(config, [new ImportStep(config, read, { because, cycle })]);
    const known = config?.policy.sources.map((source) => source.name);
    if (known === undefined) unknown.push(`configs.${name}`);
    else {
      const others = Object.keys(read.sources).filter((source) => !known.includes(source));
      unknown.push(...others.map((source) => `configs.${name}.sources.${source}`));
    }
  }
  return { outcomes: await carryOut(steps, because), unknown };
}
