import { kindOfThrown } from '../document/kind-of-thrown.ts';
import { HoldfastError, isThenable } from '../lazy-base.ts';
import type { ValueCheck } from '../state/value-check.ts';

/** Whoever has rules and contracts. */
export interface CheckedConfig {
  /** Asked after the schema. */
  readonly checks: readonly ValueCheck[];
}

/** What rules and contracts have against a value. What one throws is its verdict, too: it must not pass unseen. */
export function refusals(value: unknown, { checks }: CheckedConfig): readonly HoldfastError[] {
  return checks.flatMap((rule) => {
    const why = verdictOf(rule, value);
    return why === undefined
      ? []
      : new HoldfastError('CHECK_FAILED', `is refused by ${rule.name}: ${why}`);
  });
}

function verdictOf(rule: ValueCheck, value: unknown): string | undefined {
  try {
    const held = rule.check(value);
    if (held === true) return undefined;
    const { why = String(held) } = rule;
    if (!isThenable(held)) return why;
    // it may reject, and nobody else is there to look
    held.then(undefined, () => {});
    return `${why} (it gave a promise, and must answer at once)`;
  } catch (thrown) {
    return `it could not be checked: it threw (${kindOfThrown(thrown)})`;
  }
}
