import { formatPath, type HoldfastError, type JsonValue, type Path } from '@holdfast/core';
import { getAt } from '@holdfast/core/json';
import { distrust } from './distrust.ts';

/** Where a document says its version and its end. */
export interface TermPaths {
  readonly version: Path | undefined;
  readonly expires: Path | undefined;
}

/** What a document says about itself. */
export interface Terms {
  readonly version: number | undefined;
  /** Wall-clock time in milliseconds. */
  readonly expiresAt: number | undefined;
}

/** RFC 3339 §5.6. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Reads them.
 *
 * @throws {HoldfastError} `UNTRUSTED` when one is missing or is not as it must be.
 */
export function termsOf(document: JsonValue, { version, expires }: TermPaths): Terms {
  return {
    version: version && versionOf(getAt(document, version), version),
    expiresAt: expires && endOf(getAt(document, expires), expires),
  };
}

function versionOf(value: unknown, path: Path): number {
  // beyond it two numbers are one, and nothing could ever be newer
  if (Number.isSafeInteger(value) && (value as number) >= 0 && value !== Number.MAX_SAFE_INTEGER) {
    return value as number;
  }
  throw wrong('version', { value, path, why: 'is not a whole number from 0 to 2^53 - 2' });
}

function endOf(value: unknown, path: Path): number {
  // seconds, as in `exp` of RFC 7519
  const time = typeof value === 'number' ? value * 1000 : dateOf(value);
  if (Number.isFinite(time)) return time;
  const why = 'is neither a date and time (RFC 3339) nor seconds since 1970';
  throw wrong('expiry', { value, path, why });
}

function wrong(
  what: string,
  { value, path, why }: { readonly value: unknown; readonly path: Path; readonly why: string },
): HoldfastError {
  return distrust(
    `its ${what}, at ${formatPath(path)}, ${value === undefined ? 'is missing' : why}`,
  );
}

function dateOf(value: unknown): number {
  return typeof value === 'string' && DATE_TIME.test(value) ? Date.parse(value) : NaN;
}

/**
 * Refuses a document that is over, or whose signature is.
 *
 * @param at Wall-clock time at which the load began: a slow one does not move the line.
 */
export function refuseExpired(expiresAt: number | undefined, at: number): void {
  if (expiresAt !== undefined && at >= expiresAt)
    throw distrust(`it expired at ${shown(expiresAt)}, and no newer one came`);
}

function shown(time: number): string {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : `${time} ms`;
}

/** Refuses a document that is older than the one that is held. */
export function refuseOlder({ version }: Terms, held: Terms): void {
  if (version !== undefined && held.version !== undefined && version < held.version) {
    throw distrust(`it has version ${version}, and version ${held.version} is in force already`);
  }
}
