import type { Loader } from '@holdfast/core';

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * How a loader is printed, by `JSON.stringify` and `util.inspect`: without what stands behind the `?` of a URL in its key,
 * which may be a credential. To be spread into each loader whose key is made of a URL, or of the key of another one.
 */
export const printed: object = { toJSON: withoutQueries, [INSPECT]: withoutQueries };

function withoutQueries(this: Loader): object {
  const others = Object.entries(this).filter(([name]) => name !== 'toJSON');
  // keys of several are JSON of their keys
  return { ...Object.fromEntries(others), key: this.key.replaceAll(/\?[^"\\]*/g, '?…') };
}
