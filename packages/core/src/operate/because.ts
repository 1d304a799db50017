import { kindOf, type OptionCheck } from '../lazy-base.ts';

/** Who does something, and why: for those who read it later. */
export interface Because {
  /** Who: a name, an address. */
  readonly by: string;
  /** Why. */
  readonly reason: string;
}

/** Checks the options of an operator's call. @throws {HoldfastError} `INVALID_OPTIONS` */
export function checkBecause(
  check: OptionCheck,
  options: Because,
  more: readonly string[] = [],
): OptionCheck {
  // of what it is its kind alone: it may be a secret that stands in the wrong place
  if (Object(options) !== options)
    throw check.fail('options', 'an object with by and reason', options, kindOf(options));
  check.object('options', options, ['by', 'reason', ...more]);
  check.text('by', options.by);
  check.text('reason', options.reason);
  return check;
}
