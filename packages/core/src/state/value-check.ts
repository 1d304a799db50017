/** A check of the value beside the schema: a rule of the application, or a contract of one of its modules. */
export interface ValueCheck {
  /** Shown where it refuses. */
  readonly name: string;
  /** Why the value will not do; undefined when it will. */
  check(value: unknown): string | undefined;
}
