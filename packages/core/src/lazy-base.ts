/**
 * What the parts that are loaded later (the way of a document, cache records, watches, descriptions) use of those that
 * are loaded at once. They import it from here alone, so that the bundler makes one shared chunk of it, not one for
 * each combination of users.
 */
export { LazyDetails } from './state/change-details.ts';
export { copyJson } from './document/copy-json.ts';
/** For `document/diff.ts`, which is below this module: named here, it is in the one chunk. @bundling */
export { addLeaves } from './document/leaves.ts';
export { sha256 } from './document/fingerprint.ts';
export { isBytes, isPlainObject, isThenable, isTree, kindOf } from './document/kind.ts';
export { formatPath, getAt, visible } from './document/path.ts';
export { seal, VALUE_LIMITS } from './document/seal.ts';
export { share } from './document/share.ts';
export { Validation } from './document/validation.ts';
export { HoldfastError, isHoldfastError, isLoadError, LoadError, messageOf } from './errors.ts';
export { recentUpdates, windowOpensAt } from './schedule/limit.ts';
export { checkOf, isPath, MAX_WAIT_MS, OptionCheck } from './options/check.ts';
export { resolveFields } from './options/fields.ts';
export { backoffWait } from './schedule/backoff.ts';
export { Delay } from './schedule/delay.ts';
export { CLOSE_PATIENCE_MS, settlesWithin } from './schedule/settles-within.ts';
export { noticeRead } from './state/due-on-read.ts';
export { closedOutcome } from './outcome.ts';
export { lazily } from './lazily.ts';
export { aged, isInvalidated, newborn } from './state/health.ts';
export { withDocument } from './state/inputs.ts';
export { isOvertaken, overtaken, unchanged } from './state/proposal.ts';
export { counted, provenanceOf } from './state/status.ts';
export { wallTime } from './state/wall-time.ts';
