import type { Validator } from '@holdfast/core';
import { type Fields, onlyField } from './fields.ts';
import { parseHttpDate } from './http-date.ts';
import type { Target } from './target.ts';

/** A longer tag would fill the header space of most servers. */
const MAX_ETAG_LENGTH = 8192;

/** The validator of a document, byte for byte as received; undefined when there is none that can be sent back. */
export function validatorOf(fields: Fields, target: Target): Validator | undefined {
  const etag = sendableTag(onlyField(fields, 'etag'));
  const lastModified = sendableDate(onlyField(fields, 'last-modified'));
  if (target.id === undefined || (etag === undefined && lastModified === undefined))
    return undefined;
  return { origin: target.id, etag, lastModified };
}

/**
 * The request headers that ask "only if it changed", name and value by turns; none when `known` is about another
 * resource. Checked again, since a validator may come from a cache that somebody else wrote.
 */
export function conditionsFor(known: Validator | undefined, target: Target): readonly string[] {
  if (target.id === undefined || known?.origin !== target.id) return [];
  const etag = sendableTag(known.etag);
  const lastModified = sendableDate(known.lastModified);
  // made at their size: what is pushed to takes room for 17
  const tag = etag === undefined ? [] : ['if-none-match', etag];
  return lastModified === undefined ? tag : [...tag, 'if-modified-since', lastModified];
}

/** Odd tags (weak, unquoted, with spaces) are echoed; `*` would mean "any document", and the rest breaks requests. */
function sendableTag(tag: string | undefined): string | undefined {
  if (tag === undefined || tag === '*' || tag.length > MAX_ETAG_LENGTH) return undefined;
  return /^[\x20-\x7e\x80-\xff]+$/.test(tag) ? tag : undefined;
}

/** Servers ignore what is no date, and would answer in full for ever. */
function sendableDate(date: string | undefined): string | undefined {
  return date !== undefined && parseHttpDate(date) !== undefined ? date : undefined;
}
