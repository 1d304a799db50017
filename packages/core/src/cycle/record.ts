import { HoldfastError, isPlainObject, sha256 } from '../lazy-base.ts';
import type { Evidence, Loaded, Validator } from '../ports/loader.ts';
import type { SourceDocument } from '../state/inputs.ts';

/**
 * How a document lies in a cache: one line of JSON, then the raw bytes.
 *
 * The checksum is over the key, the rest of the header and the bytes, so that a record which was cut, edited, or put in
 * the place of another one is known for what it is.
 */
interface Header {
  readonly holdfast: 1;
  readonly checksum: string;
  readonly form: 'bytes' | 'value';
  readonly validator?: Validator | undefined;
  readonly evidence?: Evidence | undefined;
  /** Who reads the record cannot know how old the validator is by then: it stays too young to be sent. */
  readonly young?: true | undefined;
}

const NEWLINE = 10;
/** Longer than any header; a file without a line end is not read to its end. */
const LONGEST_HEADER = 2 ** 16;

/** Encodes the record of a document for the cache entry of this key. */
export async function encodeRecord(key: string, document: SourceDocument): Promise<Uint8Array> {
  const { validator, evidence, bytes } = document;
  const young = document.young || undefined;
  const body = bytes ?? new TextEncoder().encode(document.text ?? JSON.stringify(document.raw));
  const form = bytes ? ('bytes' as const) : ('value' as const);
  const meta = { form, validator, evidence, young };
  const header: Header = { holdfast: 1, checksum: await checksum(key, meta, body), ...meta };
  const line = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  // better a document without its marks than one that cannot be read
  if (line.length > LONGEST_HEADER) {
    return encodeRecord(key, { ...document, validator: undefined, evidence: undefined });
  }
  return concat(line, body);
}

/**
 * Decodes the record of this key.
 *
 * @throws {HoldfastError} `CACHE_FAILED`, saying why it cannot be used.
 */
export async function decodeRecord(key: string, record: Uint8Array): Promise<Loaded> {
  const end = record.subarray(0, LONGEST_HEADER).indexOf(NEWLINE);
  if (end < 0) throw unusable('it has no header: it is empty, cut or not ours');
  const header = parseHeader(record.subarray(0, end));
  // a copy of its own: aligned, so that later documents compare fast, and without the header
  const body = record.slice(end + 1);
  const { form, validator, evidence, young } = header;
  if ((await checksum(key, { form, validator, evidence, young }, body)) !== header.checksum) {
    throw unusable('its checksum does not fit: it is cut, changed, or of another config');
  }
  const raw = form === 'bytes' ? body : JSON.parse(new TextDecoder().decode(body));
  return { raw, validator, evidence, ...(young && { hints: { young } }) };
}

function parseHeader(line: Uint8Array): Header {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch {
    throw unusable('its header is not JSON');
  }
  if (!isPlainObject(header) || header['holdfast'] !== 1) {
    throw unusable('its header is not of a version that this release knows');
  }
  // the checksum covers all else that the header says
  return header as unknown as Header;
}

function checksum(key: string, meta: object, body: Uint8Array): Promise<string> {
  return sha256(concat(new TextEncoder().encode(`${key}\n${JSON.stringify(meta)}\n`), body));
}

function concat(head: Uint8Array, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}

function unusable(why: string): HoldfastError {
  return new HoldfastError('CACHE_FAILED', `Cannot use a cache record: ${why}`);
}
