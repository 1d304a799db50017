/** What every harness may have, whatever it holds. */
export interface Harness {
  /** Frees what the harness holds: called after its case, also when that failed. */
  dispose?(): Promise<void> | void;
  /**
   * How long a case waits for what has to come promptly. It costs this time only where the adapter is wrong.
   * @default {2000}
   */
  readonly patienceMs?: number;
}
