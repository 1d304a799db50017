import type { JsonValue } from '../ports/json.ts';
import { type ByteIndex, indexBytes, moveMarks } from './byte-index.ts';
import type { Changed, ChangedText } from './changed-run.ts';
import { type Difference, differenceOf } from './difference.ts';
import { LARGEST_RUN } from './entry-runs.ts';
import { equalBytes } from './equal-bytes.ts';
import { findChanges, NEAR } from './find-changes.ts';
import { noteSize, type Reconciled } from './reconcile.ts';
import type { Pause } from './pause.ts';
import { withEdits } from './replaced.ts';
import type { SealLimits } from './seal.ts';

/** A document as it came, and what it says: sealed, and without migrations or other decoders in between. */
interface Parsed {
  readonly bytes: Uint8Array;
  readonly raw: JsonValue;
}

/** So many bytes that are the same show that most of a text is. */
const SAMPLE = 256;
/** So many changes are read as a whole at the most before another small one is looked for. */
const MOST_SKIPPED = 63;

/** Of bytes that are in force, or were: found once, and kept as long as they are. */
const indexes = new WeakMap<Uint8Array, ByteIndex>();
/** Of bytes that had to be read as a whole: how often in a row that was found out in vain, and how many come unlooked at. */
const vain = new WeakMap<Uint8Array, { readonly times: number; readonly skip: number }>();

/**
 * What `bytes` say, where they differ from those of `before` in a few places: the smallest run of entries around each of
 * them is read again, and all else is that of `before`. Costs a fraction of `JSON.parse`.
 *
 * The proof: the old text is P·R·S, where R is a run of entries, and the new one P·R′·S. R′ is a run of entries, too. So the
 * new text is valid, and says the same but for them; unless a key is there twice, which the index excludes. With several
 * places it is P·R₁·Q·R₂·S, and so on: each is proved by itself, and the bytes in between are the same.
 *
 * Where that was in vain, the next changes are not looked at, twice as many each time: to look costs as much as to read.
 *
 * @param pause Awaited between two turns, where the document is long.
 * @returns In terms of `before`, and sealed, as `share` and `seal` would give it; undefined for whatever cannot be
 *   proved: the whole has to be read then, and it says what is wrong.
 */
export async function readChange(
  before: Parsed,
  bytes: Uint8Array,
  limits: SealLimits,
  pause?: Pause,
): Promise<Reconciled | undefined> {
  const { times, skip } = vain.get(before.bytes) ?? { times: 0, skip: 0 };
  if (skip > 0) {
    vain.set(bytes, { times, skip: skip - 1 });
    return undefined;
  }
  const whole = differenceOf(before.bytes, bytes);
  if (pause) await pause();
  const known = indexes.get(before.bytes);
  if (!known && !looksSmall(before.bytes, bytes, whole)) return undefined;
  const index = known ?? (await indexBytes(before.bytes, before.raw, pause));
  if (index) indexes.set(before.bytes, index);
  const text = { raw: before.raw, before: before.bytes, after: bytes, limits };
  const changes = index && (await findChanges(text, index, whole, pause));
  const read = changes && (await put(text, index, changes, pause));
  if (read === undefined)
    vain.set(bytes, { times: times + 1, skip: Math.min(2 ** (times + 1) - 1, MOST_SKIPPED) });
  return read;
}

/**
 * Whether it is worth a look, where to look costs most: the change is in one place, or the text goes on as it did soon after
 * the start of it.
 */
function looksSmall(before: Uint8Array, after: Uint8Array, change: Difference): boolean {
  const { from, to, length } = change;
  if (Math.max(to - from, length) <= LARGEST_RUN) return true;
  const sample = before.subarray(from + NEAR, from + NEAR + SAMPLE);
  for (let at = from; at <= from + 2 * NEAR; at++)
    if (after[at] === sample[0] && equalBytes(sample, after.subarray(at, at + SAMPLE))) return true;
  return false;
}

/** The document with what changed in it; undefined where it has too many keys then, all counted, as at the first reading. */
async function put(
  { raw, after, limits }: ChangedText,
  index: ByteIndex,
  changes: readonly Changed[],
  pause: Pause | undefined,
): Promise<Reconciled | undefined> {
  const entries = changes.reduce((sum, { grown }) => sum + grown, index.entries);
  if (entries > limits.maxKeys) return undefined;
  keepIndex(after, { ...index, entries }, changes);
  const edits = changes.flatMap(({ edit }) => edit ?? []);
  if (edits.length === 0) return { value: raw, lost: 0 };
  const value = await withEdits(raw, edits, pause);
  noteSize(value, entries);
  return { value: value as JsonValue, lost: changes.reduce((sum, { lost }) => sum + lost, 0) };
}

/** What grew much has too few marks: it is read as a whole again when it changes next. */
function keepIndex(bytes: Uint8Array, index: ByteIndex, changes: readonly Changed[]): void {
  if (Math.abs(bytes.length - index.readLength) > LARGEST_RUN) return;
  // the places are those of the old text: the last one first
  const marks = changes.reduceRight(
    (moved, { run, nowFrom, nowTo }) =>
      moveMarks(moved, { from: run.from, to: run.to, length: nowTo - nowFrom }),
    index.marks,
  );
  indexes.set(bytes, { ...index, marks });
}
