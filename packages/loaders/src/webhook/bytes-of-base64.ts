import { fromBase64 } from '../internal/from-base64.ts';

/** The bytes of a base64 text; undefined when it is none. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const fits = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  return fits ? fromBase64(text) : undefined;
}
