import type { Config } from './config.ts';
import type { Rehearsal } from './cycle/rehearse.ts';
import { formatPath, getAt, parsePath, type Path } from './document/path.ts';
import type { RawOf } from './document/raw-of.ts';
import type { PathOf, ValueAt, ValueAtKeys } from './document/typed-path.ts';
import type { Unsubscribe } from './events.ts';
import type { Because } from './operate/because.ts';
import type { Explanation } from './operate/explain.ts';
import type { VersionDiff, VersionInfo } from './operate/history.ts';
import { loadOperations } from './operate/load-operations.ts';
import type {
  OverrideHandle,
  OverrideInfo,
  OverrideOptions,
  OverrideRehearsal,
} from './operate/override.ts';
import type { RollbackOptions } from './operate/rollback-step.ts';
import type { SnapshotInfo, SnapshotOptions, SnapshotsOptions } from './operate/snapshots.ts';
import { checkOf, type OptionCheck } from './options/check.ts';
import type { DeepPartial } from './options/deep-partial.ts';
import { type ParticipantOptions, resolveParticipant } from './options/participant.ts';
import type { Outcome } from './outcome.ts';
import { View } from './view.ts';

/**
 * A {@link View} of the whole value of a config, with all that is done to it beyond receiving it.
 *
 * @typeParam Raw What the schema takes: what documents are, and what is laid over them.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- see OverlaidView
export class OperatedView<T, Raw = any> extends View<T> {
  /** Of types alone: tells transactions what can be laid over the documents. */
  declare readonly '~raw'?: Raw;

  get #config(): Config {
    return View.configOf(this);
  }

  /**
   * Takes the document that was refused last, where `maxRemoved` or `monotonic` was against it. It must still fit the
   * schema. Resolves with the outcome: `unchanged` when no such document waits.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` without `by` or `reason`.
   */
  async acceptRefused(options: Because): Promise<Outcome> {
    return (await loadOperations()).acceptRefused(this.#config, options);
  }

  /**
   * Gives a part of the application a say in each change: it can veto it, make it before the value is in force, undo it,
   * and check the health after. It hears of changes from now on, also of one that is under way, not of the value that is
   * in force. Returns what ends it, any number of times.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` for wrong options, a name that is taken, and circles of `after`.
   */
  attach(participant: ParticipantOptions<T>): Unsubscribe {
    const config = this.#config;
    const { name, participants: enabled } = config.policy;
    const options = participant as ParticipantOptions<never>;
    const one = resolveParticipant(name, options, config.participants);
    if (enabled?.includes(one.name) ?? true) config.participants = [...config.participants, one];
    return () => {
      config.participants = config.participants.filter((other) => other !== one);
    };
  }

  /**
   * A rule beside the schema: values for which `holds` is not true are refused, with `message`. It looks at the changes
   * from now on, also at one that is under way: `check()` asks it about the value in force. Returns what ends it, any
   * number of times.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` when `path` is none, `holds` is no function, or `message` no text.
   */
  rule<const P extends Path>(
    path: P,
    holds: (part: ValueAtKeys<T, P>, value: T) => boolean,
    message: string,
  ): Unsubscribe;
  rule<P extends PathOf<T>>(
    path: P,
    holds: (part: ValueAt<T, P>, value: T) => boolean,
    message: string,
  ): Unsubscribe;
  rule(
    path: string | Path,
    holds: (part: never, value: T) => boolean,
    message: string,
  ): Unsubscribe {
    const config = this.#config;
    const check: OptionCheck = checkOf(config.policy, 'rule');
    check.callable('holds', holds);
    check.text('message', message);
    const keys = parsePath(path);
    return config.addCheck({
      name: `the rule of ${formatPath(keys)}`,
      check: (value) => holds(getAt(value, keys) as never, value as T),
      why: message,
    });
  }

  /**
   * Lays something over the documents, for all who read this config: raw JSON that is merged like a layer, a function
   * that makes it of the value in force, or a value for one path. It is checked like a document, and participants have
   * their say. Gives what takes it away again, also by `await using`.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS`; or why the value was refused or vetoed, and then nothing has changed.
   * `CACHE_FAILED`: it is in force, but could not be written down for a restart.
   */
  override(
    patch: DeepPartial<Raw> | ((current: T) => DeepPartial<Raw>),
    options: OverrideOptions & { readonly dryRun: true },
  ): Promise<OverrideRehearsal>;
  override(
    patch: DeepPartial<Raw> | ((current: T) => DeepPartial<Raw>),
    options: OverrideOptions,
  ): Promise<OverrideHandle>;
  override<const P extends Path>(
    path: P,
    value: RawOf<ValueAtKeys<Raw, P>>,
    options: OverrideOptions & { readonly dryRun: true },
  ): Promise<OverrideRehearsal>;
  override<const P extends Path>(
    path: P,
    value: RawOf<ValueAtKeys<Raw, P>>,
    options: OverrideOptions,
  ): Promise<OverrideHandle>;
  override<P extends PathOf<Raw>>(
    path: P,
    value: RawOf<ValueAt<Raw, P>>,
    options: OverrideOptions & { readonly dryRun: true },
  ): Promise<OverrideRehearsal>;
  override<P extends PathOf<Raw>>(
    path: P,
    value: RawOf<ValueAt<Raw, P>>,
    options: OverrideOptions,
  ): Promise<OverrideHandle>;
  async override(...what: readonly unknown[]): Promise<unknown> {
    return (await loadOperations()).overrideBy(this.#config, what);
  }

  /** What is laid over the documents now, the lowest first. */
  async overrides(): Promise<readonly OverrideInfo[]> {
    return (await loadOperations()).overridesOf(this.#config);
  }

  /**
   * Takes all overrides away: what the sources say counts again.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS`; `CACHE_FAILED`: they are gone, but a restart would bring them back.
   */
  async clearOverrides(because: Because): Promise<Outcome> {
    return (await loadOperations()).clearOverrides(this.#config, because);
  }

  /** Checks what is in force once more, by the schema and all rules of today; `problems` are all that is wrong. */
  check(): Promise<Rehearsal> {
    return this.#config.rehearse(({ inputs }) => inputs);
  }

  /**
   * What is at `path` of the merged documents, who gave it, and what each other layer has there. It is about the raw
   * layers, whose paths they are: where none of them has anything, `from` is `schema` if the value has (a default of the
   * schema), and undefined if nothing has, which a misspelt path looks like, too.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` when `path` is none.
   */
  async explain(path: string | Path): Promise<Explanation> {
    return (await loadOperations()).explain(this.#config, path);
  }

  /** The name that `explain()` gives as `from`: of the highest layer that has something at `path`, `schema` or `start`. */
  async sourceOf(path: string | Path): Promise<string | undefined> {
    return (await this.explain(path)).from;
  }

  /** Every version that is kept, the newest first. Their values stay inside: `diff()` shows what changed. */
  async versions(): Promise<readonly VersionInfo[]> {
    return (await loadOperations()).versionsOf(this.#config);
  }

  /** What two versions differ in: numbers of versions, ids of snapshots, or `'current'`, which `to` is by default. */
  async diff(from: number | string, to?: number | string): Promise<VersionDiff> {
    return (await loadOperations()).diffVersions(this.#config, from, to);
  }

  /**
   * Keeps what is in force under a description, with all that it is computed from: it outlives the trimming of the
   * history, not the process. `manager.exportState()` writes it down.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS`, `NO_VALUE`; `LIMIT_EXCEEDED` when there are too many, all of them to be kept.
   */
  async snapshot(options: SnapshotOptions): Promise<SnapshotInfo> {
    return (await loadOperations()).takeSnapshot(this.#config, options);
  }

  /** The snapshots that are kept, the oldest first. @throws {HoldfastError} `INVALID_OPTIONS` */
  async snapshots(options?: SnapshotsOptions): Promise<readonly SnapshotInfo[]> {
    return (await loadOperations()).listSnapshots(this.#config, options);
  }

  /** Forgets a snapshot; says whether there was one. */
  async deleteSnapshot(id: string): Promise<boolean> {
    return (await loadOperations()).deleteSnapshot(this.#config, id);
  }

  /**
   * Puts an earlier version, or a snapshot, in force again: documents and overrides as they were then; overrides that
   * were set later go. The documents that were in force are barred until `unpin()`, so that the next poll does not bring
   * them back. It is checked like a document, and participants have their say. What is pinned is written down before it
   * resolves.
   *
   * @throws {HoldfastError} `NOT_FOUND`, or why it was refused or vetoed, and then nothing has changed. `CACHE_FAILED`: it
   * is in force, but could not be written down for a restart.
   */
  async rollback(to: number | string, options: RollbackOptions): Promise<Outcome> {
    return (await loadOperations()).rollback(this.#config, to, options);
  }

  /**
   * Keeps what is in force: what the sources bring waits for `unpin()`. Where the manager has a cache, that holds over
   * restarts, too.
   *
   * @throws {HoldfastError} `NO_VALUE`; `CACHE_FAILED`: it is pinned, but that could not be written down for a restart.
   */
  async pin(because: Because): Promise<Outcome> {
    return (await loadOperations()).pin(this.#config, because);
  }

  /**
   * Bars nothing any more. A document that waits for it is tried at once, past the limit of updates; resolves with what
   * came of that, `unchanged` where none waits.
   */
  async unpin(because: Because): Promise<Outcome> {
    return (await loadOperations()).unpin(this.#config, because);
  }
}
