import { LoadError } from '@holdfast/core';
import { codeOf } from './system-error.ts';

/** What runtimes say of a package that is not there. */
const MISSING = /^(?:ERR_)?MODULE_NOT_FOUND$/;

/**
 * Loads a package that only some users need, when it is needed: `optionalPeer('yaml', () => import('yaml'))`.
 *
 * @throws {LoadError} Where it is not installed, saying what to install. The message goes on from "Cannot load …: it" or
 * "The document of …".
 */
export async function optionalPeer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const missing = MISSING.test(codeOf(error) ?? '') && String(error).includes(name);
    const why = missing ? 'is not installed' : 'cannot be loaded';
    const what = `needs the package "${name}", which ${why}: npm install ${name}`;
    throw new LoadError(what, { retry: 'slow', cause: error });
  }
}
