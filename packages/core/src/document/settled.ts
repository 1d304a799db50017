import { isThenable, isTree } from './kind.ts';
import { seal, VALUE_LIMITS } from './seal.ts';
import { share } from './share.ts';

/** What a selector made: the old result where it is deeply equal, and frozen. */
export function settled(fresh: unknown, before: unknown): unknown {
  if (isThenable(fresh)) {
    fresh.then(undefined, () => {});
    throw new TypeError('a selector must give its result at once, not a promise');
  }
  const value = share(before, fresh);
  return isTree(value) ? seal(value, before, VALUE_LIMITS) : value;
}
