import {
  type JsonValue,
  LoadError,
  type LoadRequest,
  type LoadResult,
  type Loader,
  isHoldfastError,
} from '@holdfast/core';
import { kindOf, OptionChecks } from '@holdfast/core/options';
import { hashed as withHash } from './hashed.ts';
import { checkOptions } from './internal/check-options.ts';
import { printable, withoutUserInfo } from './internal/printable.ts';
import { untilAborted } from './internal/until-aborted.ts';

/**
 * What a {@link LoadFunction} gives where there is no document: no file, no row. Of an optional source that never had one
 * it is an empty layer; elsewhere a failure, and the last document stays.
 */
export const ABSENT: unique symbol = /* @__PURE__ */ Symbol.for('holdfast.absent') as never;

/**
 * Reads a document from anywhere: a JSON value, or the bytes of one; {@link ABSENT} where there is none. `undefined` is a
 * failure, since forgetting to return is easy. May throw a `LoadError` to say how soon another try makes sense; anything
 * else that it throws is wrapped in one.
 */
export type LoadFunction = (request: Pick<LoadRequest, 'signal' | 'known' | 'time'>) => unknown;

/** Options of {@link functionLoader}. */
export interface FunctionLoaderOptions {
  /** Shown in status, events and errors. */
  readonly name: string;
  /** What selects the document; a cached document is bound to it. @default {`name`} */
  readonly key?: string | undefined;
  /** Whether documents are recognised by a hash of their content, see `hashed`. @default {true} */
  readonly hashed?: boolean | undefined;
}

/**
 * Makes a loader of any function, synchronous or not.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS` when there is no function or no name, or an option is wrong.
 */
export function functionLoader(load: LoadFunction, options: FunctionLoaderOptions): Loader {
  const check = new OptionChecks('functionLoader()', ['key']);
  checkOptions(check, options, { example: '{ name }', known: ['name', 'key', 'hashed'] });
  const { name, key = name, hashed = true } = options;
  check.name('name', name);
  check.callable('load', load);
  check.text('key', key);
  check.flag('hashed', hashed);

  const loader: Loader = { name, key, load: (request) => callOnce(load, name, request) };
  return hashed ? withHash(loader) : loader;
}

async function callOnce(
  load: LoadFunction,
  name: string,
  { signal, known, time }: LoadRequest,
): Promise<LoadResult> {
  signal.throwIfAborted();
  let value: unknown;
  try {
    const called = (async () => await load({ signal, known, time }))();
    value = await untilAborted(called, signal);
  } catch (error) {
    // what the signal says is no failure of the function
    signal.throwIfAborted();
    if (isHoldfastError(error)) throw error;
    const why = error instanceof Error ? error.message || error.name : `it threw ${kindOf(error)}`;
    throw new LoadError(`Cannot load ${name}: ${printable(withoutUserInfo(why), 300)}`, {
      cause: error,
    });
  }
  if (value === ABSENT) return { kind: 'absent' };
  if (value === undefined) {
    const text = `Cannot load ${name}: the function gave nothing (ABSENT says that there is no document)`;
    throw new LoadError(text);
  }
  return { kind: 'loaded', raw: value as JsonValue | Uint8Array };
}
