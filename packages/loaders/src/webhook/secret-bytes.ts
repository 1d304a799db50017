import type { OptionChecks } from '@holdfast/core/options';
import { fromBase64 } from '../internal/from-base64.ts';

/** The bytes of a secret, as Standard Webhooks writes one. @throws {HoldfastError} `INVALID_OPTIONS`; never shows it. */
export function secretBytes(
  check: OptionChecks,
  option: string,
  secret: unknown,
): Uint8Array<ArrayBuffer> {
  const bytes = typeof secret === 'string' ? fromBase64(secret.replace(/^whsec_/, '')) : undefined;
  if (bytes && bytes.length >= 24 && bytes.length <= 64) return bytes;
  throw check.fail(option, '"whsec_" and base64 of 24 to 64 bytes', secret);
}
