import { createHash } from 'node:crypto';

/**
 * What a line is: the first one of a file, the one that closes off a half line, or a record.
 *
 * ```
 * {"hash":"<hash>",<rest>}      hash = SHA-256 over the hash of the line before and <rest>, byte for byte
 * ```
 * The first line has no line before: its hash is over its rest alone.
 */
export type LineKind = 'begun' | 'repaired' | 'record';

/** A line that is whole; whether its hash is right depends on the line before. */
export interface Line {
  readonly hash: string;
  readonly kind: LineKind;
  readonly body: LineBody;
  /** All bytes after the hash. */
  readonly rest: Uint8Array;
}

/** What is read of the content of a line. */
interface LineBody {
  /** What stands before the line and is none itself. */
  readonly damaged?: Damage;
}

/** Bytes that are no line, such as what a process left that was killed while it wrote. */
export interface Damage {
  readonly bytes: number;
  readonly sha256: string;
}

const OPENING = '{"hash":"';
/** Where the rest of a line begins. */
const REST_AT = OPENING.length + 64 + 2;
const SHAPE = /^\{"hash":"(?<hash>[0-9a-f]{64})","(?<kind>begun|repaired|record)":\{.*\}\}$/s;

/** SHA-256, as hex, over some parts. */
export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** A line after the one whose hash is `previous`; empty for the first one. */
export function makeLine(
  previous: string,
  kind: LineKind,
  body: object,
): { readonly hash: string; readonly text: string } {
  const rest = `"${kind}":${JSON.stringify(body)}}`;
  const hash = sha256(previous, rest);
  return { hash, text: `${OPENING}${hash}",${rest}\n` };
}

/** Reads a line, without its end; undefined for what is none, such as the beginning of one. */
export function readLine(bytes: Buffer): Line | undefined {
  // of one character for each byte, so that no edit of a byte is lost in decoding
  const found = SHAPE.exec(bytes.toString('latin1'))?.groups as
    | { readonly hash: string; readonly kind: LineKind }
    | undefined;
  if (!found) return undefined;
  try {
    const line = JSON.parse(bytes.toString()) as Record<LineKind, LineBody>;
    const { hash, kind } = found;
    return { hash, kind, body: line[kind], rest: bytes.subarray(REST_AT) };
  } catch {
    // the beginning of a line can look like a whole one: `{"hash":"…","record":{"a":{}}`
    return undefined;
  }
}

/** Whether `line` is the one that was written after the one whose hash is `previous`. */
export function follows(line: Line, previous: string): boolean {
  return line.hash === sha256(previous, line.rest);
}

/** Whether a file that begins with these bytes can be one of ours: of its first lines there may be no more than a few bytes. */
export function mayBeOurs(beginning: Buffer): boolean {
  const lines = beginning.toString('latin1').split('\n');
  return lines.every((line) => OPENING.startsWith(line.slice(0, OPENING.length)));
}
