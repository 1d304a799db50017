import { checkOf, HoldfastError, isHoldfastError, type OptionCheck } from '../lazy-base.ts';
import type { Change } from '../document/leaves.ts';
import type { Outcome, Trigger } from '../outcome.ts';
import type { Validator } from '../ports/loader.ts';
import type { Inputs } from '../state/inputs.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { checkBecause } from './because.ts';
import type { OperatedConfig } from './operated-config.ts';
import { checkVersion, earlier, RollbackStep, rollbackTerms } from './rollback-step.ts';
import type { RollbackOptions } from './rollback-step.ts';
import { named, take } from './step.ts';

/** A version that is kept, without its values. */
export interface VersionInfo {
  /** Counts the changes of the value. */
  readonly version: number;
  /** Wall-clock time in milliseconds at which it came into force. */
  readonly at: number;
  /** What brought it. */
  readonly trigger: Trigger;
  /** Who brought it, where somebody did. */
  readonly by: string | undefined;
  /** And why. */
  readonly reason: string | undefined;
  /** It is what is served. */
  readonly inForce: boolean;
  /** Ids of the snapshots that were taken of it. */
  readonly snapshots: readonly string[];
  /** What each source knows its document by, as far as it does. */
  readonly sources: readonly { readonly name: string; readonly validator: Validator | undefined }[];
}

/** What two versions differ in. */
export interface VersionDiff {
  /** Leaves that only the second one has. */
  readonly added: readonly Change[];
  /** Leaves that only the first one has. */
  readonly removed: readonly Change[];
  /** Leaves that are another value in the second one. */
  readonly changed: readonly Change[];
  /** All of them, in the order of the document; see `diff` for large tables. */
  readonly changes: readonly Change[];
}

/** All versions that are kept, the newest first. */
export function versionsOf(config: OperatedConfig): readonly VersionInfo[] {
  const { snapshot, inputs, history } = config.state;
  const past = history.map((version) => infoOf(config, version, version.inputs));
  if (snapshot) past.push({ ...infoOf(config, snapshot, inputs), inForce: true });
  return past.toReversed();
}

function infoOf(
  { policy, operator }: OperatedConfig,
  { version, at, trigger, because }: Snapshot,
  { documents }: Inputs,
): VersionInfo {
  // what was imported is a version of another process
  const taken =
    operator?.snapshots.filter((own) => 'value' in own && own.version === version) ?? [];
  return {
    version,
    at,
    trigger,
    by: because?.by,
    reason: because?.reason,
    inForce: false,
    snapshots: taken.map(({ id }) => id),
    sources: policy.sources.map(({ name }, i) => ({ name, validator: documents[i]?.validator })),
  };
}

/** What differs between two versions, snapshots, or what is in force. @throws {HoldfastError} `NOT_FOUND` */
export async function diffVersions(
  config: OperatedConfig,
  from: number | string,
  to: number | string = 'current',
): Promise<VersionDiff> {
  const check: OptionCheck = checkOf(config.policy, 'diff');
  checkVersion(check, 'from', from);
  checkVersion(check, 'to', to);
  const [before, after] = await Promise.all([valueAt(config, from), valueAt(config, to)]);
  // before any document was looked at, nothing is there that compares
  const changes = Object.is(before, after) ? [] : config.changesBetween(before, after);
  const of = (kind: Change['kind']): readonly Change[] =>
    changes.filter((change) => change.kind === kind);
  return { added: of('added'), removed: of('removed'), changed: of('changed'), changes };
}

async function valueAt(config: OperatedConfig, at: number | string): Promise<unknown> {
  const { snapshot } = config.state;
  if (snapshot && (at === 'current' || at === snapshot.version)) return snapshot.value;
  const found = earlier(config, config.state, at);
  if (isHoldfastError(found)) throw named(config, found);
  if ('value' in found) return found.value;
  // an import brings no values: what they are is the schema's to say
  const { evaluate } = await import('../cycle/cycle.ts');
  const worth = await evaluate(config, found.inputs);
  if (!isHoldfastError(worth)) return worth.value;
  const text = `Snapshot ${JSON.stringify(at)} ${worth.message}`;
  throw named(config, new HoldfastError(worth.code, text));
}

/** Puts an earlier version in force again. @throws {HoldfastError} why it cannot be, and then nothing has changed */
export async function rollback(
  config: OperatedConfig,
  to: number | string,
  options: RollbackOptions,
): Promise<Outcome> {
  const check = checkBecause(checkOf(config.policy, 'rollback'), options, ['pin']);
  checkVersion(check, 'to', to);
  return take(config, new RollbackStep(config, to, rollbackTerms(options, check)), options);
}
