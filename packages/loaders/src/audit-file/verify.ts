import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { follows, type Line, readLine } from './line.ts';

/** What became of an audit file. */
export type AuditFileVerdict =
  | {
      readonly ok: true;
      /** How many records it has. */
      readonly records: number;
      /** Hash of its last line. Kept elsewhere, it is the anchor of a later verification. */
      readonly head: string;
      /** Places where a process was killed, or the disk was full, in the middle of a line. */
      readonly repairs: number;
    }
  | {
      readonly ok: false;
      /** The first line that is not as it was written, or that another one is missing before; from 1. */
      readonly line: number;
      /** What is wrong with it. */
      readonly reason: string;
    };

/** Reads a whole file, line by line. @param anchor Hash of a line that must be there. */
export async function verifyLines(
  path: string,
  anchor: string | undefined,
): Promise<AuditFileVerdict> {
  const chain = new Chain();
  let unread: Buffer[] = [];
  let anchored = anchor === undefined;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const reason = chain.add(Buffer.concat([...unread, chunk.subarray(start, end)]));
      if (reason !== undefined) return { ok: false, line: chain.suspect, reason };
      anchored ||= chain.head === anchor;
      unread = [];
      start = end + 1;
    }
    unread.push(chunk.subarray(start));
  }
  const reason = chain.end(Buffer.concat(unread));
  if (reason !== undefined) return { ok: false, line: chain.suspect, reason };
  const { records, head, repairs, lines } = chain;
  if (anchored) return { ok: true, records, head, repairs };
  const missing = 'the line of the anchor is missing: records were cut off, or it is another file';
  return { ok: false, line: lines + 1, reason: missing };
}

const UNRELATED =
  'does not follow from the line before: one of them was changed, or a line between them was removed, added or moved';

/** Follows the chain, one line after the other. */
class Chain {
  lines = 0;
  records = 0;
  repairs = 0;
  /** Hash of the last whole line. */
  head = '';
  /** Since the last whole line: what is no line. */
  #damage: { readonly line: number; readonly hash: Hash; bytes: number } | undefined;

  /** The line that something is wrong with. */
  get suspect(): number {
    return this.#damage?.line ?? this.lines;
  }

  /** Says what is wrong, if anything. */
  add(bytes: Buffer): string | undefined {
    this.lines += 1;
    const line = readLine(bytes);
    if (!line) return this.#broken(bytes);
    if (!follows(line, this.head)) return this.#damage ? 'is no line of an audit file' : UNRELATED;
    if ((line.kind === 'begun') !== (this.head === '')) return 'stands in the wrong place';
    if (!this.#explains(line)) return 'does not say what stands before it';
    this.head = line.hash;
    if (line.kind === 'record') this.records += 1;
    return undefined;
  }

  /** Says what is wrong with the end. @param left What comes after the last end of line. */
  end(left: Buffer): string | undefined {
    if (left.length === 0 && !this.#damage && this.lines > 0) return undefined;
    if (left.length > 0 || this.lines === 0) this.lines += 1;
    return left.length > 0
      ? 'has no end: a process was killed while it wrote it, or somebody cut it; the next record closes it off'
      : 'is no line of an audit file';
  }

  /** What is no line may be the half of one: the next line has to say so. */
  #broken(bytes: Buffer): undefined {
    this.#damage ??= { line: this.lines, hash: createHash('sha256'), bytes: 0 };
    this.#damage.hash.update(bytes).update('\n');
    this.#damage.bytes += bytes.length + 1;
  }

  #explains({ kind, body }: Line): boolean {
    const damaged = kind === 'record' ? undefined : body.damaged;
    const damage = this.#damage;
    if (damage === undefined) return damaged === undefined;
    if (damage.bytes !== damaged?.bytes) return false;
    if (damage.hash.copy().digest('hex') !== damaged.sha256) return false;
    this.#damage = undefined;
    this.repairs += 1;
    return true;
  }
}
