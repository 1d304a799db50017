import { HoldfastError } from '../errors.ts';
import { lazily } from '../lazily.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Pause } from './pause.ts';
import type * as JsonFault from './json-fault.ts';
import type * as Utf8Fault from './utf8-fault.ts';

/** Loaded when a document is no JSON. */
export const loadJsonFault: () => Promise<typeof JsonFault> = lazily(
  () => import('./json-fault.ts'),
);

/** Loaded when a document is no text. */
export const loadUtf8Fault: () => Promise<typeof Utf8Fault> = lazily(
  () => import('./utf8-fault.ts'),
);

/**
 * Strict JSON from strict UTF-8 (RFC 8259; a byte order mark is skipped, as its §8.1 allows; of duplicate keys the last
 * one counts). Asynchronous in order to say what is wrong, since that part is loaded when it is needed, and for `pause`:
 * between the steps of a long document.
 *
 * @throws {HoldfastError} `DECODE_FAILED`, with line and column; it quotes the document only where it is no JSON at all.
 */
export async function parseJson(bytes: Uint8Array, pause?: Pause): Promise<JsonValue> {
  const text = await decodeUtf8(bytes);
  if (pause) await pause();
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // the message of JSON.parse would quote the document, and with it perhaps a secret
    const { describeJsonFault } = await loadJsonFault();
    throw new HoldfastError('DECODE_FAILED', describeJsonFault(text));
  }
}

/**
 * The text of strict UTF-8 (RFC 3629); a byte order mark is skipped.
 *
 * @throws {HoldfastError} `DECODE_FAILED`, saying after how many characters.
 */
export async function decodeUtf8(bytes: Uint8Array): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const { describeUtf8Fault } = await loadUtf8Fault();
    throw new HoldfastError('DECODE_FAILED', describeUtf8Fault(bytes));
  }
}
