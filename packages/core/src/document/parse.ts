import { HoldfastError } from '../errors.ts';
import { lazily } from '../lazily.ts';
import type { JsonValue } from '../ports/json.ts';
import type * as JsonFault from './json-fault.ts';

/** Loaded when a document is no JSON. */
export const loadJsonFault: () => Promise<typeof JsonFault> = lazily(
  () => import('./json-fault.ts'),
);

/**
 * Strict JSON from strict UTF-8 (RFC 8259; a byte order mark is skipped, as its §8.1 allows; of duplicate keys the last
 * one counts). Asynchronous only in order to say what is wrong: that part is loaded when it is needed.
 *
 * @throws {HoldfastError} `DECODE_FAILED`, with line and column; it quotes the document only where it is no JSON at all.
 */
export async function parseJson(bytes: Uint8Array): Promise<JsonValue> {
  const text = decodeUtf8(bytes);
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // the message of JSON.parse would quote the document, and with it perhaps a secret
    const { describeJsonFault } = await loadJsonFault();
    throw new HoldfastError('DECODE_FAILED', describeJsonFault(text));
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const where = `the first invalid byte follows character ${validStart(bytes)}`;
    throw new HoldfastError(
      'DECODE_FAILED',
      `is not valid UTF-8 (RFC 3629): ${where}${startOf(bytes)}`,
    );
  }
}

/** How many characters come before the first invalid byte. */
function validStart(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length;
  let characters = 0;
  while (valid < invalid) {
    const middle = (valid + invalid + 1) >> 1;
    try {
      const decoder = new TextDecoder('utf-8', { fatal: true });
      characters = decoder.decode(bytes.subarray(0, middle), { stream: true }).length;
      valid = middle;
    } catch {
      invalid = middle - 1;
    }
  }
  return characters;
}

function startOf(bytes: Uint8Array): string {
  const utf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return utf16 ? '; it begins like UTF-16' : '';
}
