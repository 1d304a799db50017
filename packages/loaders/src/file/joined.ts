import { HoldfastError, isHoldfastError, type JsonValue } from '@holdfast/core';
import { copyJson, merge } from '@holdfast/core/json';
import type { FileFormat } from './format-of.ts';
import { READERS } from './formats.ts';

/** One of several files that make a document. */
interface Part {
  readonly shown: string;
  readonly format: FileFormat;
  readonly bytes: Uint8Array;
}

/** What stands before the bytes: of each file its name, its format and its length. */
type Header = readonly (readonly [shown: string, format: FileFormat, length: number])[];

const NEWLINE = 10;

/** Several files as one document in bytes: a line that says what follows, then each file as it is. */
export function joinFiles(files: readonly Part[]): Uint8Array {
  const header: Header = files.map(({ shown, format, bytes }) => [shown, format, bytes.length]);
  const line = Buffer.from(`${JSON.stringify(header)}\n`);
  return new Uint8Array(Buffer.concat([line, ...files.map(({ bytes }) => bytes)]));
}

/**
 * What {@link joinFiles} joined, read and merged: the later above the earlier.
 *
 * @param maxKeys Of each file.
 */
export async function mergeJoined(joined: Uint8Array, maxKeys: number): Promise<unknown> {
  let at = joined.indexOf(NEWLINE) + 1;
  const header = headerOf(joined.subarray(0, at));
  let merged: unknown = {};
  for (const [shown, format, length] of header) {
    const bytes = joined.subarray(at, at + length);
    merged = merge(merged, await partOf({ shown, format, bytes }, maxKeys));
    at += length;
  }
  return merged;
}

/** @throws {HoldfastError} `DECODE_FAILED` where it is something else: a text that was pushed. */
function headerOf(line: Uint8Array): Header {
  const header = parsed(line);
  if (Array.isArray(header) && header.length > 0 && header.every(isPart)) return header;
  const what =
    'is no list of files with their contents, as they are read: a text cannot be pushed here';
  throw new HoldfastError('DECODE_FAILED', what);
}

function isPart(each: unknown): boolean {
  return Array.isArray(each) && Object.hasOwn(READERS, each[1]);
}

function parsed(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(line));
  } catch {
    return undefined;
  }
}

async function partOf({ shown, format, bytes }: Part, maxKeys: number): Promise<JsonValue> {
  try {
    // before the merge, which leaves out what the engine would refuse
    const value = copyJson(await READERS[format].parse(bytes), maxKeys);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    // it would replace all that the files before it say
    throw new HoldfastError('DECODE_FAILED', 'has no object at the top');
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    throw new HoldfastError(error.code, `(${shown}) ${error.message}`);
  }
}
