import type { Limits } from '../ports/limits.ts';
import type { OptionCheck } from './check.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Recursion stays well inside every platform's stack. */
const DEEPEST = 1_000;

/** Those that there are, and the most that each may be. */
const MOST: readonly (readonly [keyof Limits, number?])[] = [
  ['maxWireBytes'],
  ['maxBytes'],
  ['maxDepth', DEEPEST],
  ['maxKeys'],
];

const DEFAULTS: Mutable<Limits> = {
  maxWireBytes: 16 * 2 ** 20,
  maxBytes: 32 * 2 ** 20,
  maxDepth: 64,
  maxKeys: 1_000_000,
};

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveLimits(options: Partial<Limits> | undefined, check: OptionCheck): Limits {
  if (options === undefined) return DEFAULTS;
  check.object('limits', options, Object.keys(DEFAULTS));
  const limits = { ...DEFAULTS };
  for (const [name, most] of MOST) {
    const { [name]: limit = DEFAULTS[name] } = options;
    check.count(`limits.${name}`, limit, 1, most);
    limits[name] = limit;
  }
  return limits;
}
