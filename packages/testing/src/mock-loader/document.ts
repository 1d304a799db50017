import type { Evidence, Hints, JsonValue, Loaded, Validator } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';

/** What comes with a document that a mock loader serves. */
export interface MockDocumentOptions {
  /** What to recognise the document by; `false` for nothing. @default {a new revision} */
  readonly validator?: Partial<Validator> | false;
  /** What the source says about the time of it. */
  readonly hints?: Hints;
  /** Of the answer that carried it. */
  readonly evidence?: Evidence;
  /** Sends the document even to those who know its validator: a source whose tags lie. @default {false} */
  readonly always?: boolean;
}

const KNOWN = ['validator', 'hints', 'evidence', 'always'] satisfies (keyof MockDocumentOptions)[];

/** A document and how it is answered. */
export interface ServedDocument {
  readonly loaded: Loaded;
  /** Whether `known` is the validator of this document. */
  matches(known: Validator | undefined): boolean;
}

/** The `count`th document of the source called `origin`. What comes with it is taken as it is: sources say odd things. */
export function servedDocument(
  origin: string,
  count: number,
  raw: JsonValue | Uint8Array,
  options: MockDocumentOptions = {},
): ServedDocument {
  const check: OptionChecks = new OptionChecks('next() of mockLoader()');
  check.object('options', options, KNOWN);
  const { validator: given, hints, evidence, always = false } = options;
  check.flag('always', always);
  const fallback = { revision: `${count}-${contentMark(raw)}` };
  const validator = given === false ? undefined : { origin, ...(given ?? fallback) };
  return {
    loaded: { raw, validator, hints, evidence },
    matches: (known) =>
      !always && validator !== undefined && known !== undefined && same(validator, known),
  };
}

/** By the strongest mark that the document has. */
function same(own: Validator, known: Validator): boolean {
  if (own.origin !== known.origin) return false;
  if (own.revision !== undefined) return own.revision === known.revision;
  if (own.etag !== undefined) return own.etag === known.etag;
  return own.lastModified !== undefined && own.lastModified === known.lastModified;
}

/** Short, and the same for the same content (FNV-1a); no more than a name. */
function contentMark(raw: JsonValue | Uint8Array): string {
  let mark = 0x811c9dc5;
  for (const unit of units(raw)) mark = Math.imul(mark ^ unit, 0x01000193) >>> 0;
  return mark.toString(16).padStart(8, '0');
}

function units(raw: JsonValue | Uint8Array): Iterable<number> {
  if (raw instanceof Uint8Array) return raw;
  return new TextEncoder().encode(textOf(raw));
}

/** Tests also serve what JSON cannot say: it has no mark of its own. */
function textOf(raw: JsonValue): string {
  try {
    return JSON.stringify(raw) ?? '';
  } catch {
    return '';
  }
}
