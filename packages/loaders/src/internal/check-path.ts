import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kindOf, type OptionChecks } from '@holdfast/core/options';

/** A file or a folder that was named. */
export interface NamedPath {
  /** Absolute. */
  readonly path: string;
  /** As people wrote it. */
  readonly shown: string;
}

/** Checks what was given as a path or as a `file:` URL. @throws {HoldfastError} `INVALID_OPTIONS` */
export function checkPath(
  check: OptionChecks,
  option: string,
  given: unknown,
  what: 'a file' | 'a folder' = 'a file',
): NamedPath {
  const allowed = `the path of ${what}, or a file: URL object`;
  const isUrl = given instanceof URL;
  if (isUrl && given.protocol !== 'file:') throw check.fail(option, allowed, given, given.protocol);
  const text = isUrl ? pathIn(given) : given;
  if (isUrl && text === undefined)
    throw check.fail(option, allowed, given, 'one that names no file here');
  const shown = checkPathText(check, option, text, allowed);
  return { path: resolve(shown), shown };
}

/** Undefined for one of another host, and for what no path can have: `%2F`, or a `%` without digits. */
function pathIn(url: URL): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/** Files may have colons in their names, and drives are letters. */
const LIKE_URL = /^(?:file:|[a-z][a-z0-9+.-]+:\/\/)/i;

/** Checks what has to be the text of a path. @throws {HoldfastError} `INVALID_OPTIONS` */
export function checkPathText(
  check: OptionChecks,
  option: string,
  given: unknown,
  allowed: string,
): string {
  const isLikeUrl = typeof given === 'string' && LIKE_URL.test(given);
  if (typeof given === 'string' && given !== '' && !given.includes('\0') && !isLikeUrl)
    return given;
  // a URL may hold a credential
  throw check.fail(option, allowed, given, isLikeUrl ? kindOf(given) : undefined);
}
