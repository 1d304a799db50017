import type { Limits } from '../ports/limits.ts';
import type { OptionCheck } from './check.ts';

/** Recursion stays well inside every platform's stack. */
const DEEPEST = 1_000;

const DEFAULTS: Limits = {
  maxWireBytes: 16 * 2 ** 20,
  maxBytes: 32 * 2 ** 20,
  maxDepth: 64,
  maxKeys: 1_000_000,
};

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveLimits(options: Partial<Limits> | undefined, check: OptionCheck): Limits {
  if (options === undefined) return DEFAULTS;
  check.object('limits', options, Object.keys(DEFAULTS));
  const {
    maxWireBytes = DEFAULTS.maxWireBytes,
    maxBytes = DEFAULTS.maxBytes,
    maxDepth = DEFAULTS.maxDepth,
    maxKeys = DEFAULTS.maxKeys,
  } = options;
  check.count('limits.maxWireBytes', maxWireBytes, 1);
  check.count('limits.maxBytes', maxBytes, 1);
  check.count('limits.maxDepth', maxDepth, 1, DEEPEST);
  check.count('limits.maxKeys', maxKeys, 1);
  return { maxWireBytes, maxBytes, maxDepth, maxKeys };
}
