import type { Limits } from '../ports/limits.ts';
import type { OptionCheck } from './check.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Recursion stays well inside every platform's stack. */
const DEEPEST = 1_000;

const DEFAULTS: Mutable<Limits> = {
  maxWireBytes: 16 * 2 ** 20,
  maxBytes: 32 * 2 ** 20,
  maxDepth: 64,
  maxKeys: 1_000_000,
};

const KNOWN = Object.keys(DEFAULTS) as readonly (keyof Limits)[];

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveLimits(options: Partial<Limits> | undefined, check: OptionCheck): Limits {
  if (options === undefined) return DEFAULTS;
  check.object('limits', options, KNOWN);
  const limits = { ...DEFAULTS };
  for (const name of KNOWN) {
    const { [name]: limit = DEFAULTS[name] } = options;
    check.count(`limits.${name}`, limit, 1, name === 'maxDepth' ? DEEPEST : undefined);
    limits[name] = limit;
  }
  return limits;
}
