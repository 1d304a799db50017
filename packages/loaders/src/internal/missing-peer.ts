import { LoadError } from '@holdfast/core';
import { codeOf } from './system-error.ts';

/** What runtimes and bundlers say of a package that is not there. */
const MISSING = /^(?:ERR_)?MODULE_NOT_FOUND$/;
const UNRESOLVED = /could not resolve/i;

/**
 * What to throw where a package that only some users need could not be loaded: says what to install. The message goes on
 * from "Cannot load …: it" or "The document of …".
 *
 * The import itself stands in the `try` of the caller: there bundlers leave out what is not installed, instead of failing.
 */
export function missingPeer(name: string, error: unknown): LoadError {
  const text = String(error);
  const unknown = MISSING.test(codeOf(error) ?? '') || UNRESOLVED.test(text);
  const why = unknown && text.includes(name) ? 'is not installed' : 'cannot be loaded';
  const what = `needs the package "${name}", which ${why}: npm install ${name}`;
  return new LoadError(what, { retry: 'slow', cause: error });
}
