import { diff, type DiffOptions } from '../document/diff.ts';
import type { Change } from '../document/leaves.ts';
import type { Path } from '../document/path.ts';
import { hideValues, redactChanges } from '../document/redact.ts';
import { ANY_KEY } from '../document/set-at.ts';

/** How two values of a config are compared, and what of it is not told. */
interface ComparedAs extends DiffOptions {
  readonly secrets: readonly Path[];
  /** Where the values stand in the value of the config; null where a function made them of it. */
  readonly at: Path | null;
}

/** The leaves that differ, without what is secret in them. */
export function changesBetween(
  before: unknown,
  after: unknown,
  { secrets, at, ...options }: ComparedAs,
): readonly Change[] {
  const changes = diff(before, after, options);
  if (secrets.length === 0) return changes;
  if (at === null) return hideValues(changes);
  return redactChanges(changes, options.arrayKey === undefined ? secrets : inAny(secrets), at);
}

/** With `arrayKey` a change has the index that the item has now: what was a secret may have stood at another one. */
function inAny(secrets: readonly Path[]): readonly Path[] {
  return secrets.map((path) => path.map((key) => (Number.isInteger(Number(key)) ? ANY_KEY : key)));
}
