import { HoldfastError } from '../errors.ts';
import type { JsonValue } from '../ports/json.ts';
import { findJsonFault } from './json-fault.ts';

/**
 * Strict JSON from strict UTF-8 (RFC 8259; a byte order mark is skipped, as its §8.1 allows; of duplicate keys the last
 * one counts).
 *
 * @throws {HoldfastError} `DECODE_FAILED`, with line and column; it quotes the document only where it is no JSON at all.
 */
export function parseJson(bytes: Uint8Array): JsonValue {
  const text = decodeUtf8(bytes);
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // the engine's own text would quote the document, and with it perhaps a secret
    throw new HoldfastError('DECODE_FAILED', describeFault(text));
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const before = new TextDecoder('utf-8').decode(bytes).indexOf('\uFFFD');
    throw new HoldfastError(
      'DECODE_FAILED',
      `is not valid UTF-8 (RFC 3629): the first invalid byte follows character ${before}${startOf(bytes)}`,
    );
  }
}

function startOf(bytes: Uint8Array): string {
  const utf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return utf16 ? '; it begins like UTF-16' : '';
}

function describeFault(text: string): string {
  const { offset, expected } = findJsonFault(text);
  const lines = text.slice(0, offset).split('\n');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  const where = `is not valid JSON at line ${lines.length}, column ${column}: expected ${expected}`;
  return `${where}${quoteStart(text)}`;
}

/** The first characters of a text that is no JSON at all (an error page, a stack trace), for the error message. */
export function quoteStart(text: string): string {
  const start = text.trimStart();
  if (start === '' || start.startsWith('{') || start.startsWith('[')) return '';
  const printable = start.slice(0, 64).replaceAll(/[^\x20-\x7e]/g, '.');
  return `; it begins with ${JSON.stringify(printable)}`;
}
