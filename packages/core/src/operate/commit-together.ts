import type { Considered } from '../cycle/considered.ts';
import type * as Cycle from '../cycle/cycle.ts';
import { reworded } from '../cycle/reworded.ts';
import { HoldfastError, isHoldfastError, LoadError, messageOf } from '../lazy-base.ts';
import { closedOutcome } from '../outcome.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { PastVersion } from '../state/history.ts';
import type { Inputs } from '../state/inputs.ts';
import type { Decision, InputsProposal } from '../state/proposal.ts';
import type { OperatedConfig } from './operated-config.ts';
import type { Accepted } from './step.ts';

/** What is to become of one of several configs. */
export interface Part {
  readonly config: OperatedConfig;
  readonly proposal: InputsProposal;
}

interface Underway extends Part {
  readonly considered: Considered;
  readonly before: ConfigState;
}

interface Decided extends Underway {
  readonly decision: Decision;
}

/** What is in force now. */
export interface Together {
  /** By name of the config. */
  readonly outcomes: ReadonlyMap<string, Accepted>;
  /** Why it should not be: a health check would not have it, and there was no way back. */
  readonly error?: HoldfastError;
}

/**
 * Changes several configs together, or none. Their queues are taken in the order of their names, so that two calls never
 * wait for each other; all are decided; then all are installed in one synchronous step, before anybody hears of one.
 * Where a health check would not have one of them, all go back.
 *
 * @throws {HoldfastError} the first reason against it, and of which config; then all is as it was
 */
export async function commitTogether(parts: readonly Part[]): Promise<Together> {
  const scheduler = parts[0]?.config.context.scheduler;
  // whoever waits for it holds the process open
  scheduler?.hold();
  try {
    return await commit(parts);
  } finally {
    scheduler?.release();
  }
}

async function commit(parts: readonly Part[]): Promise<Together> {
  const cycle = await import('../cycle/cycle.ts');
  const sorted = parts.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const result = await inTurns(sorted, () =>
    changeAll(sorted, cycle).catch((cause: unknown) => told('failed', broken(cause))),
  );
  if (isHoldfastError(result)) throw result;
  return result;
}

function inTurns<T>([first, ...rest]: readonly Part[], work: () => Promise<T>): Promise<T> {
  return first === undefined ? work() : first.config.inTurn(() => inTurns(rest, work));
}

/** What rejects within a turn would be the last thing that its config did. */
function broken(cause: unknown): HoldfastError {
  return new LoadError(messageOf(cause), { cause });
}

async function changeAll(
  parts: readonly Part[],
  cycle: typeof Cycle,
): Promise<Together | HoldfastError> {
  const decided = await installAll(parts, cycle);
  if (isHoldfastError(decided)) return told('changed nothing', decided);
  // what an operator wants is not held, and nobody had anything against it
  const outcomes = new Map(decided.map((one) => [nameOf(one), one.decision.outcome as Accepted]));
  const sick = await firstSick(decided, cycle);
  if (sick === undefined) return { outcomes };
  const stays = await goBack(decided, sick, cycle);
  return stays === undefined
    ? told('was taken back', sick)
    : { outcomes, error: told(`stays in force, since ${stays}`, sick) };
}

/**
 * All are in force, or none, for the first reason against one: then what participants did is taken back, and the error
 * says where it could not be.
 */
async function installAll(
  parts: readonly Part[],
  cycle: typeof Cycle,
): Promise<readonly Decided[] | HoldfastError> {
  const all: Underway[] = [];
  let error = await considerAll(parts, cycle, all).catch(broken);
  while (error === undefined && all.some(({ considered }) => considered.isOpen))
    error = await askAll(all).catch(broken);
  // once more: from here to the commit nothing can come between
  error ??= whyNot(all);
  if (error) return takeBack(all, error);
  const decided = all.map((one) => ({ ...one, decision: one.considered.decision }));
  install(decided);
  return decided;
}

/** The cheapest proof first: nobody is asked before all are looked at. Gives the first reason against one. */
async function considerAll(
  parts: readonly Part[],
  { consider }: typeof Cycle,
  all: Underway[],
): Promise<HoldfastError | undefined> {
  for (const part of parts) {
    const { config, proposal } = part;
    const before = config.state;
    all.push({ ...part, before, considered: await consider(config, proposal) });
    const error = whyNot(all);
    if (error) return error;
  }
  return undefined;
}

/** Nobody applies before all can. Gives the first reason against one. */
async function askAll(all: readonly Underway[]): Promise<HoldfastError | undefined> {
  for (const phase of ['canApply', 'apply'] as const) {
    for (const { considered } of all) {
      await considered[phase]();
      const error = whyNot(all);
      if (error) return error;
    }
  }
  return undefined;
}

function whyNot(all: readonly Underway[]): HoldfastError | undefined {
  for (const { config, considered } of all) {
    // it may have been closed while another one was decided
    const closed = config.closed && closedOutcome(nameOf({ config }));
    const outcome = closed || considered.decision.outcome;
    if ('error' in outcome) return of(config, outcome.error);
  }
  return undefined;
}

/** Gives the error with the names of those that failed to undo; who they are is noted by their configs, too. */
async function takeBack(all: readonly Underway[], error: HoldfastError): Promise<HoldfastError> {
  const failed = new Map<Underway, readonly string[]>();
  let text = error.message;
  for (const one of all.toReversed()) {
    const names = (await one.considered.decision.undo?.()) ?? [];
    if (names.length === 0) continue;
    failed.set(one, names);
    const where = JSON.stringify(nameOf(one));
    text += `; what was done in config ${where} could not be taken back by ${names.join(', ')}`;
  }
  const whole = reworded(error, text);
  for (const one of all) endWith(whole, one, failed.get(one));
  return whole;
}

/** Tells one config that nothing comes of it. */
function endWith(
  error: HoldfastError,
  { config, proposal, before, considered: { decision } }: Underway,
  failed: readonly string[] = [],
): void {
  // who could not undo is noted, also where it is this one that was vetoed
  if ('error' in decision.outcome) return void config.install(proposal, decision)();
  decision.reload?.failed(error);
  if (failed.length === 0) return;
  const diverged = [...new Set([...(before.diverged ?? []), ...failed])];
  config.install(proposal, { outcome: { kind: 'vetoed', error }, next: { diverged } })();
}

/** Nothing can come between: listeners hear of it when all is in force. */
function install(decided: readonly Decided[]): void {
  const tells = decided.map(({ config, proposal, decision }) => config.install(proposal, decision));
  for (const tell of tells) tell();
}

async function firstSick(
  decided: readonly Decided[],
  { healthOf }: typeof Cycle,
): Promise<HoldfastError | undefined> {
  for (const { config, proposal, decision, before } of decided) {
    // the way back itself is not asked about, or it might never end
    if (decision.undo === undefined || config.closed || proposal.trigger === 'rollback') continue;
    const error = await healthOf(config, decision, pastOf(before));
    if (error) return of(config, error);
  }
  return undefined;
}

/**
 * All go back, or none: together they are a state that somebody wanted, one without the other is not. Gives why they
 * do not.
 */
async function goBack(
  decided: readonly Decided[],
  error: HoldfastError,
  cycle: typeof Cycle,
): Promise<string | undefined> {
  const changed = decided.filter(({ decision }) => decision.outcome.kind === 'accepted');
  if (changed.some(({ before }) => before.snapshot === undefined))
    return 'there was no value before';
  const because = { by: 'health check', reason: error.message };
  const parts = changed.map(({ config, before }): Part => {
    const { waiting, cached } = before;
    // nothing is barred: what an operator wanted does not come back by itself
    const change = (): Inputs => before.inputs;
    return {
      config,
      proposal: {
        kind: 'inputs',
        trigger: 'rollback',
        ...because,
        back: { waiting, cached },
        change,
      },
    };
  });
  const back = await installAll(parts, cycle);
  if (isHoldfastError(back)) return `the way back failed (${back.message})`;
  for (const { config, decision } of changed) cycle.tellBack(config, decision, error);
  return undefined;
}

function pastOf({ snapshot, inputs }: ConfigState): PastVersion | undefined {
  return snapshot && { ...snapshot, inputs };
}

function nameOf({ config }: Pick<Part, 'config'>): string {
  return config.policy.name;
}

function of(config: OperatedConfig, error: HoldfastError): HoldfastError {
  const name = JSON.stringify(nameOf({ config }));
  return new HoldfastError(error.code, `config ${name}: ${error.message}`, { cause: error });
}

function told(what: string, error: HoldfastError): HoldfastError {
  return reworded(error, `The transaction ${what}: ${error.message}`);
}
