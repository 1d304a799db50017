import { numberOf } from '../document/kind.ts';
import type { Cache } from '../ports/cache.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { type AuditOptions, type AuditPolicy, resolveAudit } from './audit.ts';
import { type CacheKey, type KeyRing, resolveCacheKeys } from './cache-keys.ts';
import { OptionCheck } from './check.ts';

/** Options of `createConfigManager`. */
export interface ManagerOptions {
  /** Where the last good documents are kept, for a start without the network. @default {none} */
  readonly cache?: Cache;
  /**
   * Keys of 32 bytes (or their base64), each with an id: every cache record is encrypted with the first one, and read
   * with whichever it names. Without a key the documents of configs that hold secrets are not cached. @default {none}
   */
  readonly cacheKeys?: readonly CacheKey[];
  /** Keeps the cache records of one environment from another: `staging`, `production`. @default {''} */
  readonly environment?: string;
  /** Where log lines go. @default {nowhere} */
  readonly logger?: Logger;
  /**
   * Scheduled polls that may be under way at the same time, 1 or more; of one origin at most half of them, rounded up. `refresh()`
   * does not wait. @default {16}
   */
  readonly maxConcurrentPolls?: number;
  /**
   * The circuit breaker: after so many failures in a row (connect errors, time-outs, 5xx, 429) an origin is left alone
   * for a backoff wait; then one poll probes it for all configs that share it. `false`: none.
   */
  readonly breaker?: BreakerOptions | false;
  /** How the audit trail is kept: `manager.audit` has it. */
  readonly audit?: AuditOptions;
  /** Where time comes from. @default {the system's} */
  readonly clock?: Clock;
  /** Where chance comes from: gives numbers in [0, 1). @default {Math.random} */
  readonly random?: () => number;
}

/** See {@link ManagerOptions.breaker}. */
export interface BreakerOptions {
  /** It opens at so many failures in a row, 1 or more. @default {5} */
  readonly failures?: number;
}

/** {@link ManagerOptions} after defaults and checks. */
export interface ManagerPolicy {
  readonly cache: Cache | undefined;
  readonly cacheKeys: KeyRing;
  readonly environment: string;
  readonly logger: Logger | undefined;
  readonly maxConcurrentPolls: number;
  /** Undefined where there are no breakers. */
  readonly breakerFailures: number | undefined;
  readonly audit: AuditPolicy;
  readonly clock: Clock;
  readonly random: () => number;
}

const KNOWN = [
  'cache',
  'cacheKeys',
  'environment',
  'logger',
  'maxConcurrentPolls',
  'breaker',
  'audit',
  'clock',
  'random',
] satisfies (keyof ManagerOptions)[];

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveManager(options: ManagerOptions): ManagerPolicy {
  const check = new OptionCheck('the config manager');
  check.object('options', options, KNOWN);
  const {
    cache,
    environment = '',
    logger,
    maxConcurrentPolls = 16,
    clock = systemClock,
    random = Math.random,
  } = options;
  if (cache !== undefined) check.methods('cache', cache, ['read', 'write', 'remove']);
  if (typeof environment !== 'string') throw check.fail('environment', 'a text', environment);
  if (logger !== undefined) check.methods('logger', logger, ['debug', 'info', 'warn', 'error']);
  check.count('maxConcurrentPolls', maxConcurrentPolls, 1);
  check.methods('clock', clock, ['now', 'monotonic', 'setTimer']);
  check.callable('random', random);
  return {
    cache,
    cacheKeys: resolveCacheKeys(options.cacheKeys, check),
    environment,
    logger,
    maxConcurrentPolls,
    breakerFailures: resolveBreaker(options.breaker, check),
    audit: resolveAudit(options.audit, check),
    clock,
    random: chance(random),
  };
}

function resolveBreaker(breaker: BreakerOptions | false = {}, check: OptionCheck) {
  if (breaker === false) return undefined;
  check.object('breaker', breaker, ['failures'] satisfies (keyof BreakerOptions)[]);
  const { failures = 5 } = breaker;
  check.count('breaker.failures', failures, 1);
  return failures;
}

/** Chance of the user's that throws or is out of range must not stop the polls. */
function chance(random: () => number): () => number {
  return () => {
    try {
      const number = numberOf(random());
      return number >= 0 && number < 1 ? number : 0.5;
    } catch {
      return 0.5;
    }
  };
}
