import { brotliDecompressSync, constants, gunzipSync, inflateRawSync } from 'node:zlib';
import type * as Zlib from 'node:zlib';
import { crc32 } from './crc32.ts';
import { type StrictAnswer, valuesOf } from './strict-answer.ts';

/** What no document may go beyond, in bytes: small, so that memory shows what is held too long. */
export const LIMITS = { maxBytes: 2 ** 20, maxWireBytes: 2 ** 18 } as const;

type Options = Zlib.ZlibOptions & Zlib.BrotliOptions;

/** With `info`: what came out, and how much went in. */
type Inflated = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };

const inflate = (decode: (bytes: Buffer, options: Options) => unknown, bytes: Buffer): Buffer => {
  const options: Options = { info: true, maxOutputLength: LIMITS.maxBytes };
  const { buffer, engine } = decode(bytes, options) as Inflated;
  if (engine.bytesWritten !== bytes.length) throw new Error('bytes behind the end');
  return buffer;
};

const CODINGS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  identity: (bytes) => bytes,
  gzip: oneMember,
  'x-gzip': oneMember,
  br: (bytes) => inflate(brotliDecompressSync, bytes),
};

/** The document in a whole answer: the object of its JSON, read strictly. Undefined where there is none. */
export function documentIn(answer: StrictAnswer): object | undefined {
  const tooLong = answer.kind === 'whole' && answer.body.length > LIMITS.maxWireBytes;
  if (tooLong) return undefined;
  return read(answer, (bytes, coding) => {
    const decode = CODINGS[coding];
    if (!decode) throw new Error('unknown coding');
    return decode(bytes);
  });
}

/**
 * The same, as leniently as docs/fetch-loader.md says that platforms decode (F2): without the end of a compressed body
 * and whatever is behind it; and wire bytes do not count (F1).
 */
export function lenientDocumentIn(answer: StrictAnswer): object | undefined {
  const finish = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: LIMITS.maxBytes };
  const brotliFinish = { ...finish, finishFlush: constants.BROTLI_OPERATION_FLUSH };
  const lenient: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    gzip: (bytes) => gunzipSync(bytes, finish),
    'x-gzip': (bytes) => gunzipSync(bytes, finish),
    br: (bytes) => brotliDecompressSync(bytes, brotliFinish),
    identity: (bytes) => bytes,
  };
  return read(answer, (bytes, coding) => lenient[coding]!(bytes));
}

function codingsOf(answer: StrictAnswer): string[] {
  if (answer.kind === 'broken') return [];
  return valuesOf(answer.fields, 'content-encoding').map((coding) => coding.toLowerCase());
}

function read(
  answer: StrictAnswer,
  decode: (bytes: Buffer, coding: string) => Buffer,
): object | undefined {
  if (answer.kind === 'broken' || answer.status !== 200) return undefined;
  try {
    const codings = codingsOf(answer).filter((coding) => coding !== '');
    const bytes = codings.reduceRight(decode, answer.body);
    if (bytes.length > LIMITS.maxBytes) return undefined;
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** One gzip member and nothing else, taken apart by hand: zlib would take two for one (RFC 1952). */
function oneMember(bytes: Buffer): Buffer {
  if (bytes.readUInt16BE(0) !== 0x1f_8b || bytes[2] !== 8) throw new Error('no gzip');
  const flags = bytes[3]!;
  if ((flags & 0xe0) !== 0) throw new Error('reserved flags');
  let at = 10;
  if (flags & 4) at += 2 + bytes.readUInt16LE(at);
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end === -1) throw new Error('name without an end');
    at = end + 1;
  }
  if (flags & 2) at += 2;
  const content = inflate(inflateRawSync, bytes.subarray(at, -8));
  const sum = bytes.readUInt32LE(bytes.length - 8);
  const length = bytes.readUInt32LE(bytes.length - 4);
  if (sum !== crc32(content) || length !== content.length) throw new Error('wrong sum');
  return content;
}
