import { APART, type ByteIndex, markBefore } from './byte-index.ts';
import { type Changed, type ChangedText, readRun } from './changed-run.ts';
import { commonPrefix, type Difference } from './difference.ts';
import { LARGEST_RUN, type Run, runsAround } from './entry-runs.ts';
import { JsonCursor, type Mark } from './json-cursor.ts';
import type { Pause } from './pause.ts';

/** Bytes from a mark to a change at least: a value that begins before the mark is not seen. */
export const NEAR = 4_096;
/** Runs around a change that are tried, from the smallest on. */
const MOST_TRIES = 6;
/** A look at so many bytes behind a value that changed: no proof, since all behind it are compared then. */
const PROBE = 16;

/** Where two texts still differ: parts of both that end with the last difference. */
interface Rest {
  /** What is before it was read, or is the same: no run begins there. */
  readonly provedTo: number;
  readonly from: number;
  readonly to: number;
  readonly nowFrom: number;
  readonly nowTo: number;
}

/**
 * All that changed between two texts, in its order: one run after the other is found, read, and the bytes behind it are
 * compared. All but the last one replace a value under its key: no two can bring the same key, or move each other's items.
 *
 * @param pause Awaited between two of them, where the text is long.
 * @returns Undefined where something cannot be proved, or it is too much to gain anything.
 */
export async function findChanges(
  text: ChangedText,
  index: ByteIndex,
  { from, to, length }: Difference,
  pause?: Pause,
): Promise<readonly Changed[] | undefined> {
  const changes: Changed[] = [];
  let looked = 0;
  let rest: Rest = { provedTo: 0, from, to, nowFrom: from, nowTo: from + length };
  while (lengthOf(rest) > 0) {
    const last = lengthOf(rest) <= LARGEST_RUN && lastChange(text, index, rest);
    if (last) return [...changes, last];
    // closer together than marks are, so many would take longer than the whole
    if ((changes.length - 1) * APART > rest.from - from) return undefined;
    // and where marks are far apart, since their ways are too long, each is looked for from far away
    const mark = markBefore(index, rest.from - NEAR);
    looked += rest.from - (mark?.at ?? 0);
    if (looked > text.before.length) return undefined;
    const first = firstChange(text, rest, mark);
    if (first === undefined) return undefined;
    changes.push(first);
    rest = restAfter(text, first, rest);
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other is what this is about
    if (pause) await pause();
  }
  return changes;
}

function lengthOf({ from, to, nowFrom, nowTo }: Rest): number {
  return Math.max(to - from, nowTo - nowFrom);
}

function restAfter({ before, after }: ChangedText, { run, nowTo }: Changed, rest: Rest): Rest {
  const old = before.subarray(run.to, rest.to);
  const same = commonPrefix(old, after.subarray(nowTo, rest.nowTo));
  return { ...rest, provedTo: run.to, from: run.to + same, nowFrom: nowTo + same };
}

/** The change that the rest begins with, where others follow: that of one value. */
function firstChange(text: ChangedText, rest: Rest, mark: Mark | undefined): Changed | undefined {
  const { before, after } = text;
  const { from } = rest;
  for (const run of runsToTry(text, { ...rest, to: from }, mark)) {
    const nowFrom = run.from + rest.nowFrom - from;
    const nowTo = nowFrom + lengthOfValue(after.subarray(nowFrom, nowFrom + LARGEST_RUN));
    const isValue = run.keys.length === 1 && run.head !== '' && run.tail !== '';
    if (!isValue || run.to > rest.to || nowTo > rest.nowTo) continue;
    const follows = before.subarray(run.to, run.to + PROBE);
    const isAlone = commonPrefix(follows, after.subarray(nowTo)) === follows.length;
    if (isAlone) return readRun(text, { run, nowFrom, nowTo });
  }
  return undefined;
}

/** The change that is all the rest. Most are in a small value: to begin to read near it saves a millisecond. */
function lastChange(text: ChangedText, index: ByteIndex, rest: Rest): Changed | undefined {
  // near the start of the text both are the same
  const marks = new Set([NEAR, LARGEST_RUN].map((bytes) => markBefore(index, rest.from - bytes)));
  for (const mark of marks) {
    for (const run of runsToTry(text, rest, mark)) {
      const nowFrom = run.from + rest.nowFrom - rest.from;
      const changed = readRun(text, { run, nowFrom, nowTo: run.to + rest.nowTo - rest.to });
      if (changed) return changed;
    }
  }
  return undefined;
}

function* runsToTry({ before }: ChangedText, rest: Rest, mark: Mark | undefined): Generator<Run> {
  let tries = 0;
  for (const run of runsAround(before, mark, rest)) {
    if (run.from < rest.provedTo) return;
    yield run;
    if (++tries === MOST_TRIES) return;
  }
}

/** Where a value ends that begins here; whatever it is, if it is none. */
function lengthOfValue(bytes: Uint8Array): number {
  const cursor = new JsonCursor(bytes, { at: 0, path: [] });
  while (cursor.next());
  return cursor.to;
}
