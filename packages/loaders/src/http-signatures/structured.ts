import type * as StructuredHeaders from 'structured-headers';
import { printable } from '../internal/printable.ts';
import { distrust } from '../verified/distrust.ts';

/** The library for structured fields (RFC 9651). */
export type Structured = typeof StructuredHeaders;
/** Members by their names, in order. */
export type Dictionary = ReturnType<Structured['parseDictionary']>;
/** What a signature covers, and its parameters. */
export type InnerList = Extract<Parameters<Structured['serializeInnerList']>[0], unknown[]>;
/** A value with its parameters. */
export type Item = InnerList[0][number];

/** Loaded when a document is judged. */
export function loadStructured(): Promise<Structured> {
  return import('structured-headers');
}

/**
 * A field that is a dictionary.
 *
 * @throws {HoldfastError} `UNTRUSTED` when the answer does not have it, or it is broken.
 */
export function dictionaryOf(
  structured: Structured,
  headers: Readonly<Record<string, string>>,
  name: string,
): Dictionary {
  const field = headers[name];
  if (field === undefined) throw distrust(`it came without the header "${name}"`);
  try {
    return structured.parseDictionary(field);
  } catch {
    throw distrust(`the header "${printable(name)}" that it came with is broken`);
  }
}

/** Whether a member of a dictionary is an inner list. */
export function isInnerList(member: Item | InnerList): member is InnerList {
  return Array.isArray(member[0]);
}
