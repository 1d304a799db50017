import type { Hints } from '@holdfast/core';
import { parseCacheControl, parseDeltaSeconds } from './cache-control.ts';
import { type Fields, fieldOf, onlyField } from './fields.ts';
import { parseHttpDate } from './http-date.ts';

/** Two edits closer than this may bear the same second-granular tag (RFC 9110 §8.8.2.2). */
const YOUNG_MS = 2000;

/**
 * What an answer says about the time of its document; undefined when it says nothing.
 * `s-maxage` is for shared caches, so not for us. What is left of `max-age` counts, after `Age`.
 */
export function hintsOf(fields: Fields): Hints | undefined {
  const field = fieldOf(fields, 'cache-control');
  const ageMs = parseDeltaSeconds(onlyField(fields, 'age'));
  if (field === undefined) return ageMs === undefined ? undefined : { ageMs };

  const directives = parseCacheControl(field);
  const maxAgeMs = parseDeltaSeconds(directives.get('max-age'));
  const fresh = maxAgeMs !== undefined && !directives.has('no-cache');
  return {
    freshForMs: fresh ? Math.max(0, maxAgeMs - (ageMs ?? 0)) : undefined,
    doNotStore: directives.has('no-store') || undefined,
    ageMs,
  };
}

/** Whether the document was changed so shortly before the answer that its validator may miss the next change. */
export function isYoung(fields: Fields): boolean {
  const modified = parseHttpDate(onlyField(fields, 'last-modified') ?? '');
  const sent = parseHttpDate(onlyField(fields, 'date') ?? '');
  return modified !== undefined && sent !== undefined && sent - modified < YOUNG_MS;
}
