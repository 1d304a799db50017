import { checkOf, HoldfastError, type OptionCheck } from '../lazy-base.ts';
import { measured } from '../state/history.ts';
import { type NamedSnapshot, withinBounds } from '../state/named-snapshot.ts';
import type { OperatedConfig } from './operated-config.ts';
import { operatorOf } from './operator.ts';

/** What is kept as a snapshot. */
export interface SnapshotOptions {
  /** What it is, for people. */
  readonly description: string;
  /** To find it by. @default {[]} */
  readonly tags?: readonly string[];
  /** Who takes it. @default {nobody} */
  readonly by?: string;
  /** It does not go by itself when there are too many. @default {false} */
  readonly keep?: boolean;
}

/** Which snapshots. */
export interface SnapshotsOptions {
  /** Only those with this tag. @default {all} */
  readonly tag?: string;
}

/** A snapshot, without its values. */
export interface SnapshotInfo {
  /** What `rollback()`, `diff()` and `deleteSnapshot()` know it by. */
  readonly id: string;
  /** That was in force when it was taken. */
  readonly version: number;
  /** What it is, for people. */
  readonly description: string;
  /** To find it by. */
  readonly tags: readonly string[];
  /** Wall-clock time in milliseconds at which it was taken. */
  readonly at: number;
  /** Who took it. */
  readonly by: string | undefined;
  /** It does not go by itself when there are too many. */
  readonly keep: boolean;
}

/** Keeps what is in force, with all that it is computed from. @throws {HoldfastError} why it cannot be */
export function takeSnapshot(config: OperatedConfig, options: SnapshotOptions): SnapshotInfo {
  const { policy, context, state } = config;
  const terms = snapshotTerms(checkOf(policy, 'snapshot'), options);
  const title = `config ${JSON.stringify(policy.name)}`;
  if (config.closed)
    throw new HoldfastError('CLOSED', `Cannot take a snapshot: ${title} is closed`);
  const { snapshot, inputs } = state;
  if (!snapshot)
    throw new HoldfastError('NO_VALUE', `Cannot take a snapshot: ${title} has no value yet`);
  const operator = operatorOf(config);
  const { version, value } = snapshot;
  const id = operator.nextId('s');
  const { snapshots: before } = operator;
  const bare: NamedSnapshot = { id, version, ...terms, at: context.clock.now(), inputs, value };
  const one = measured(bare, before.at(-1));
  const snapshots = withinBounds([...before, one], policy.history, one);
  if (typeof snapshots === 'string') throw tooMuch(policy, snapshots, [one]);
  operator.snapshots = snapshots;
  return infoOf(one);
}

/** The snapshots that are kept, the oldest first. @throws {HoldfastError} `INVALID_OPTIONS` */
export function listSnapshots(
  config: OperatedConfig,
  options: SnapshotsOptions = {},
): readonly SnapshotInfo[] {
  const check = checkOf(config.policy, 'snapshots');
  check.object('options', options, ['tag'] satisfies (keyof SnapshotsOptions)[]);
  const { tag } = options;
  if (tag !== undefined) check.text('tag', tag);
  const all = config.operator?.snapshots ?? [];
  return all.filter(({ tags }) => tag === undefined || tags.includes(tag)).map(infoOf);
}

/** Forgets a snapshot; says whether there was one. @throws {HoldfastError} `INVALID_OPTIONS` */
export function deleteSnapshot(config: OperatedConfig, id: string): boolean {
  checkOf(config.policy, 'deleteSnapshot').text('id', id);
  const { operator } = config;
  const before = operator?.snapshots ?? [];
  const left = before.filter((snapshot) => snapshot.id !== id);
  if (left.length === before.length) return false;
  operator!.snapshots = left;
  return true;
}

/** The snapshot of this id. */
export function snapshotOf(
  { operator }: OperatedConfig,
  id: string,
): NamedSnapshot | HoldfastError {
  const snapshots = operator?.snapshots ?? [];
  const found = snapshots.find((snapshot) => snapshot.id === id);
  if (found) return found;
  const kept = snapshots.map((snapshot) => snapshot.id).join(', ') || 'none';
  const text = `There is no snapshot ${JSON.stringify(id)} (kept: ${kept})`;
  return new HoldfastError('NOT_FOUND', text);
}

/** Why snapshots cannot all stay that have to; of them those that there was no room for yet. */
export function tooMuch(
  { name, history }: OperatedConfig['policy'],
  bound: 'snapshots' | 'bytes',
  added: readonly NamedSnapshot[],
): HoldfastError {
  // what is beyond a bound by itself: there may be nothing to delete, and it would not help
  const own = added
    .map((one) => withinBounds([one], history, one))
    .find((by) => typeof by === 'string');
  const [are, alone, most] =
    (own ?? bound) === 'bytes'
      ? ['large', 'one snapshot alone is too large', `${history.bytes} bytes`]
      : ['many', 'no snapshots are kept', history.snapshots];
  const why = own
    ? `${alone}:`
    : `the snapshots that would have to stay are too ${are}: delete one, or`;
  const option = `history.${own ?? bound}`;
  const text = `Config ${JSON.stringify(name)}: ${why} allow more than ${most} (${option})`;
  return new HoldfastError('LIMIT_EXCEEDED', text);
}

function snapshotTerms(check: OptionCheck, options: SnapshotOptions) {
  const known = ['description', 'tags', 'by', 'keep'] satisfies (keyof SnapshotOptions)[];
  check.object('options', options, known);
  const { description, tags = [], by, keep = false } = options;
  check.text('description', description);
  check.texts('tags', tags);
  if (by !== undefined) check.text('by', by);
  check.flag('keep', keep);
  return { description, tags: [...tags], by, keep };
}

function infoOf({
  inputs: _inputs,
  sizes: _sizes,
  value: _value,
  ...info
}: NamedSnapshot): SnapshotInfo {
  return { ...info, by: info.by };
}
