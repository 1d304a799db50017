import type { JsonValue, Loader } from '@holdfast/core';
import { copyJson } from '@holdfast/core/json';
import { OptionChecks } from '@holdfast/core/options';

/** Options of {@link staticLoader}. */
export interface StaticLoaderOptions {
  /** Shown in status, events and errors, and what a cached document is bound to. @default {'static'} */
  readonly name?: string | undefined;
}

/**
 * Always gives the same document, whatever becomes of the object it was given: for tests, examples and layers that come with
 * the application.
 *
 * @param value a JSON value, or the bytes of one.
 * @throws {HoldfastError} `INVALID_OPTIONS` when it is none of these, or an option is wrong.
 */
export function staticLoader(
  value: JsonValue | Uint8Array,
  options: StaticLoaderOptions = {},
): Loader {
  const check: OptionChecks = new OptionChecks('staticLoader()');
  check.object('options', options, ['name']);
  const { name = 'static' } = options;
  check.name('name', name);
  const raw = copied(value, check);
  return {
    name,
    key: name,
    async load({ signal }) {
      signal.throwIfAborted();
      return { kind: 'loaded', raw };
    },
  };
}

function copied(value: JsonValue | Uint8Array, check: OptionChecks): JsonValue | Uint8Array {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value === undefined) throw check.fail('value', 'a JSON value or bytes', value);
  try {
    return copyJson(value);
  } catch (error) {
    throw check.fail('value', `a JSON value or bytes (it ${(error as Error).message})`, value);
  }
}
