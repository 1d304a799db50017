/** A check of the value beside the schema: a rule of the application, or a contract of one of its modules. */
export interface ValueCheck {
  /** Shown where it refuses. */
  readonly name: string;
  /** Gives true when the value will do, at once. Whatever else it gives does not count, but where there is no `why`. */
  check(value: unknown): unknown;
  /** Why a value will not do. @default {what `check` gives} */
  readonly why?: string;
}
