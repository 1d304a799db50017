export { HoldfastError, LoadError, isHoldfastError } from './errors.ts';
export type { ErrorCode, LoadErrorOptions, LoadFailure, Retry } from './errors.ts';
export { systemClock } from './ports/clock.ts';
export type { Clock, LoaderTime, Timer, TimerOptions } from './ports/clock.ts';
export type { Cache, CacheEntry } from './ports/cache.ts';
export type { JsonValue } from './ports/json.ts';
export type { Limits } from './ports/limits.ts';
export type {
  Evidence,
  Hints,
  LoadRequest,
  LoadResult,
  Loaded,
  Loader,
  Validator,
  WatchRequest,
} from './ports/loader.ts';
export type { Logger } from './ports/logger.ts';
