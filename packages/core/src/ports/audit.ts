/**
 * What happened.
 *
 * - `config.changed` another value is in force
 * - `override.set`, `override.cleared` something was laid over the documents, or is no more
 * - `history.rolledback` an earlier version was put in force again
 * - `pin.changed` what waits for `unpin()` has become something else
 * - `reload.rolledback` a health check took a change back
 * - `audit.lost` records did not reach the sink, which had failed for too long
 */
export type AuditAction =
  | 'config.changed'
  | 'override.set'
  | 'override.cleared'
  | 'history.rolledback'
  | 'pin.changed'
  | 'reload.rolledback'
  | 'audit.lost';

/**
 * One thing that changed a value, or was meant to: who, when, what, why, from where. JSON, frozen, and without a single
 * value of the config, so that no secret can be in it. What is not known or does not apply is left out.
 */
export interface AuditRecord {
  /** When: wall-clock time in milliseconds. */
  readonly at: number;
  /** The same for people: ISO 8601, in UTC. */
  readonly time: string;
  /** Name of the config; empty where it is about none. */
  readonly config: string;
  /** The environment of the manager. */
  readonly environment: string;
  /** What happened. */
  readonly action: AuditAction;
  /** Who did it, where somebody did. */
  readonly by?: string;
  /** Why, where somebody did it. */
  readonly reason?: string;
  /** From where: what brought it, such as `poll`, `cache`, `operator`, `override`. In every record but `audit.lost`. */
  readonly trigger?: string;
  /** From where: the sources whose documents brought it. */
  readonly sources?: readonly string[];
  /** The version that is in force since. */
  readonly version?: number;
  /**
   * What: the leaves that differ, or that an override sets, in dotted form; at most 100, each cut at 200 characters. Not of
   * the first value, of which all is new.
   */
  readonly paths?: readonly string[];
  /** How many more leaves there are; counted up to 900. */
  readonly morePaths?: number;
  /** The attempt that brought it: the same as in the events of `reload.*`. */
  readonly reloadId?: string;
  /** Which override. */
  readonly override?: string;
  /** When the override ends: wall-clock time in milliseconds. */
  readonly expiresAt?: number;
  /** Why the override is no more: `cleared`, `expired`, `rollback`, `import`. */
  readonly because?: string;
  /** The version before a rollback. */
  readonly from?: number;
  /** The version that a rollback went back to. */
  readonly to?: number;
  /** What waits for `unpin()` now: `document`, `all`, `nothing`. */
  readonly pinned?: string;
  /** Code of the error for which a change was taken back. */
  readonly error?: string;
  /** How many records were lost. */
  readonly lost?: number;
}

/**
 * Where audit records go. They come in order, one at a time: the next one after the one before was written. A record that
 * was not written comes again, so a sink whose failure came late may see one twice. A sink that throws, rejects or hangs
 * harms nothing but the trail.
 */
export interface AuditSink {
  /** Resolves when the record is where it has to be. */
  write(record: AuditRecord): Promise<void>;
  /** Frees what it holds open; called when the manager closes. A closed sink opens again at the next `write`. */
  close?(): Promise<void>;
}
