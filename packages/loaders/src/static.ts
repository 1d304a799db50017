import type { JsonValue, Loader } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';

/** Options of {@link staticLoader}. */
export interface StaticLoaderOptions {
  /** Shown in status, events and errors, and what a cached document is bound to. @default {'static'} */
  readonly name?: string | undefined;
}

/**
 * Always gives the same document: for tests, examples and layers that come with the application.
 *
 * @param value a JSON value, or the bytes of one.
 * @throws {HoldfastError} `INVALID_OPTIONS` when there is no value, or an option is wrong.
 */
export function staticLoader(
  value: JsonValue | Uint8Array,
  options: StaticLoaderOptions = {},
): Loader {
  const check = new OptionChecks('staticLoader()');
  check.object('options', options, ['name']);
  const { name = 'static' } = options;
  check.name('name', name);
  if (value === undefined) throw check.fail('value', 'a JSON value or bytes', value);
  return {
    name,
    key: name,
    async load({ signal }) {
      signal.throwIfAborted();
      return { kind: 'loaded', raw: value };
    },
  };
}
