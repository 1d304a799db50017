import { LoadError } from '@holdfast/core';
import { onlyField } from '../http/fields.ts';
import type { Answer } from '../http/transport.ts';
import { statusError } from '../push/status-error.ts';
import type { LongPollingPolicy } from './options.ts';

/** Where the server stands, in its own words. */
export type Position = string;

/** What one answer tells. */
export interface Seen {
  /** What to ask with next; undefined asks for the state as it is, without waiting. */
  readonly position: Position | undefined;
  readonly changed: boolean;
}

type Terms = Pick<LongPollingPolicy, 'by' | 'name'> & {
  /** Wall-clock time in milliseconds. */
  readonly now: number;
};

/**
 * What an answer tells to who stood at `before`.
 *
 * @throws {LoadError} when it says nothing about where the server stands.
 */
export function seenIn(answer: Answer, before: Position | undefined, terms: Terms): Seen {
  return terms.by === 'index' ? byIndex(answer, before, terms) : byTag(answer, before, terms);
}

/** As Consul's page on blocking queries has it. */
function byIndex({ status, fields }: Answer, before: Position | undefined, terms: Terms): Seen {
  const told = onlyField(fields, 'x-consul-index');
  // Consul answers 404 for a key that is not there, and waits for it all the same
  if (status !== 200 && !(status === 404 && told !== undefined))
    throw statusError(terms.name, 'no long poll', { status, fields, now: terms.now });
  if (told === undefined || !/^\d{1,20}$/.test(told)) throw unknownPlace(terms, 'X-Consul-Index');
  // one of 0 would be answered at once, again and again
  const index = BigInt(told) || 1n;
  // restored from a backup, or another server: what it will tell next is below what we would wait for
  if (before !== undefined && index < BigInt(before)) return { position: undefined, changed: true };
  return { position: String(index), changed: String(index) !== before };
}

function byTag({ status, fields }: Answer, before: Position | undefined, terms: Terms): Seen {
  if (status === 304 && before !== undefined) return { position: before, changed: false };
  if (status !== 200)
    throw statusError(terms.name, 'no long poll', { status, fields, now: terms.now });
  const tag = onlyField(fields, 'etag');
  if (tag === undefined || !/^[\x21-\x7e\x80-\xff]{1,8192}$/.test(tag) || tag === '*')
    throw unknownPlace(terms, 'ETag');
  return { position: tag, changed: tag !== before };
}

function unknownPlace({ name }: Terms, header: string): LoadError {
  return new LoadError(`Cannot watch ${name}: the answer has no usable ${header}`, {
    failure: 'body',
  });
}
