import type { Difference } from './difference.ts';
import { isPlainObject } from './kind.ts';
import { JsonCursor, type Mark } from './json-cursor.ts';
import type { Pause } from './pause.ts';
import { notedSize } from './reconcile.ts';

/** What is known of the bytes of a document, so that a change in them is found without reading them from the start. */
export interface ByteIndex {
  /** Places to begin at, the first ones first. */
  readonly marks: readonly Mark[];
  /** Keys and items that the document has. */
  readonly entries: number;
  /** How long the bytes were when all of them were read. */
  readonly readLength: number;
}

/** Bytes between two marks. */
export const APART = 32_768;
/** Of a larger document the marks are further apart. */
const MOST_MARKS = 2_048;
/** A way whose keys take more bytes is not kept. */
const LONGEST_WAY = 256;

/** Bytes that are read in one turn: a few milliseconds. */
const BYTES_A_TURN = 524_288;

/**
 * Reads all of a document once.
 *
 * @param raw What the bytes say.
 * @param pause Awaited between two turns, where the document is long.
 * @returns Undefined when a key is there twice: only the last one counts then, and no place tells which it is.
 */
export async function indexBytes(
  bytes: Uint8Array,
  raw: unknown,
  pause?: Pause,
): Promise<ByteIndex | undefined> {
  const apart = Math.max(APART, Math.ceil(bytes.length / MOST_MARKS));
  const cursor = new JsonCursor(bytes);
  const marks: Mark[] = [];
  let due = apart;
  let turn = BYTES_A_TURN;
  while (cursor.next()) {
    if (pause && cursor.to >= turn) {
      // oxlint-disable-next-line no-await-in-loop -- one turn after the other is what this is about
      await pause();
      turn = cursor.to + BYTES_A_TURN;
    }
    if (cursor.to < due || cursor.from < due - apart) continue;
    // counted, not read: so it may be with each value from here on
    if (cursor.wayBytes > LONGEST_WAY) continue;
    const mark = cursor.mark();
    marks.push(mark);
    due = mark.at + apart;
  }
  const entries = notedSize(raw) ?? countEntries(raw);
  if (entries !== cursor.entries) return undefined;
  return { marks, entries, readLength: bytes.length };
}

/** The last mark at or before a place; undefined for the start of the text. */
export function markBefore({ marks }: ByteIndex, place: number): Mark | undefined {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (marks[middle]!.at <= place) low = middle + 1;
    else high = middle;
  }
  return marks[low - 1];
}

/**
 * The marks after a run was replaced: those in it are gone, those behind it move. The ways to them stay, since a list gets longer
 * or shorter at its end alone.
 */
export function moveMarks(
  marks: readonly Mark[],
  { from, to, length }: Difference,
): readonly Mark[] {
  const by = length - (to - from);
  return marks.flatMap((mark) => {
    if (mark.at < from) return [mark];
    if (mark.at < to) return [];
    return [by === 0 ? mark : { at: mark.at + by, path: mark.path }];
  });
}

/** How many keys and items a tree has. */
export function countEntries(value: unknown): number {
  let entries = 0;
  const count = (node: unknown): void => {
    if (Array.isArray(node)) {
      entries += node.length;
      for (const item of node) count(item);
    } else if (isPlainObject(node)) {
      for (const key in node) {
        entries++;
        count(node[key]);
      }
    }
  };
  count(value);
  return entries;
}
