/**
 * What the parts that are loaded later (cache records, watches, log lines, descriptions) use of those that
 * are loaded at once. They import it from here alone, so that the bundler makes one shared chunk of it, not one for
 * each combination of users.
 */
export { sha256 } from './document/fingerprint.ts';
export { isPlainObject, isThenable, isTree } from './document/kind.ts';
export { formatPath, getAt } from './document/path.ts';
export { HoldfastError, LoadError, messageOf } from './errors.ts';
export { backoffWait } from './schedule/backoff.ts';
export { Delay } from './schedule/timers.ts';
export { isRecent } from './state/health.ts';
export { lowest } from './state/readiness.ts';
export { provenanceOf } from './state/status.ts';
