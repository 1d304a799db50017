import { constants } from 'node:buffer';
import type zlibModule from 'node:zlib';
import type { InputType, ZlibOptions } from 'node:zlib';
import { BodyFault } from '../http/transport.ts';

/** What zlib gives when asked with `info`. */
interface Decoded {
  readonly buffer: Uint8Array;
  /** `bytesWritten`: how much of the input was used. */
  readonly engine: { readonly bytesWritten: number };
}

type Decode = (
  input: InputType,
  options: ZlibOptions,
  callback: (error: Error | null, result: Decoded) => void,
) => void;

/** Node 20 has no zstd. */
type Zlib = typeof zlibModule & { readonly zstdDecompress?: unknown };

/** The value of `Accept-Encoding`: what this runtime can decode. */
export async function acceptedEncodings(): Promise<string> {
  const zlib: Zlib = await import('node:zlib');
  return zlib.zstdDecompress === undefined ? 'gzip, br' : 'gzip, br, zstd';
}

/**
 * The document inside a body, alone in a buffer of its own, at offset 0.
 *
 * @throws {BodyFault} for an unknown or chained encoding, a broken, cut or followed stream, and more than `maxBytes`.
 */
export async function decodeContent(
  body: Uint8Array<ArrayBuffer>,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') {
    if (body.length > maxBytes) throw tooLong(maxBytes);
    return body;
  }
  const decode = decoderOf(await import('node:zlib'), name);
  if (!decode) throw new BodyFault('the body has a Content-Encoding that was not asked for');
  const { buffer, engine } = await run(decode, body, maxBytes);
  // zlib passes over bytes behind the end, and takes a second gzip member for more of the document
  if (
    engine.bytesWritten !== body.length ||
    (name.endsWith('gzip') && !isOneMember(body, buffer.length))
  ) {
    throw new BodyFault(`the ${name} body goes on behind its end`);
  }
  return new Uint8Array(buffer);
}

function decoderOf(zlib: Zlib, name: string): Decode | undefined {
  if (name === 'gzip' || name === 'x-gzip') return zlib.gunzip as unknown as Decode;
  if (name === 'br') return zlib.brotliDecompress as unknown as Decode;
  return name === 'zstd' ? (zlib.zstdDecompress as Decode | undefined) : undefined;
}

function run(decode: Decode, body: Uint8Array, maxBytes: number): Promise<Decoded> {
  return new Promise((resolve, reject) => {
    const maxOutputLength = Math.min(maxBytes, constants.MAX_LENGTH);
    decode(body, { info: true, maxOutputLength }, (error, decoded) => {
      if (!error) return resolve(decoded);
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ERR_BUFFER_TOO_LARGE') return reject(tooLong(maxBytes));
      return reject(new BodyFault(`the compressed body is broken or cut (${code ?? error.name})`));
    });
  });
}

/** A member ends with the length of what is in it: of two members it can only tell the last one's (RFC 1952 §2.3.1). */
function isOneMember(body: Uint8Array<ArrayBuffer>, decodedLength: number): boolean {
  const told = new DataView(body.buffer).getUint32(body.length - 4, true);
  return told === decodedLength % 2 ** 32;
}

function tooLong(maxBytes: number): BodyFault {
  return new BodyFault(`the document is longer than ${maxBytes} bytes (limits.maxBytes)`);
}
