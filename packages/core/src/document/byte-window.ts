import type { JsonValue } from '../ports/json.ts';
import type { Limits } from '../ports/limits.ts';
import { type ByteIndex, countEntries, indexBytes, markBefore, moveMarks } from './byte-index.ts';
import { type Difference, differenceOf } from './difference.ts';
import { JsonCursor } from './json-cursor.ts';
import type { PlainObject } from './kind.ts';
import { getAt, type Path } from './path.ts';
import { noteSize, type Reconciled } from './reconcile.ts';
import { countRemoved } from './count-removed.ts';
import type { Pause } from './pause.ts';
import { withEntriesAt } from './replaced.ts';
import { seal } from './seal.ts';
import { share } from './share.ts';

/** A document as it came, and what it says: sealed, and without migrations or other decoders in between. */
interface Parsed {
  readonly bytes: Uint8Array;
  readonly raw: JsonValue;
}

/** A value, and where it stands. */
interface Place {
  readonly path: Path;
  readonly from: number;
  readonly to: number;
}

/** Entries of one container that follow one another, from the start of the first value to the end of the last. */
interface Run {
  /** The way to the container. */
  readonly parent: Path;
  readonly keys: Path;
  readonly from: number;
  readonly to: number;
}

/** Bytes of the largest run that is read again. */
const LARGEST = 65_536;
/** Runs around a change that are tried, from the smallest on. */
const MOST_TRIES = 4;
/** Values that end within a change. */
const MOST_WITHIN = 64;
/** So many changes are read as a whole at the most before another small one is looked for. */
const MOST_SKIPPED = 63;

/** Of bytes that are in force, or were: found once, and kept as long as they are. */
const indexes = new WeakMap<Uint8Array, ByteIndex>();
/** Of bytes that had to be read as a whole: how often in a row that was found out in vain, and how many come unlooked at. */
const vain = new WeakMap<Uint8Array, { readonly times: number; readonly skip: number }>();

/**
 * What `bytes` say, where they differ from those of `before` in one place: the smallest run of entries around that place
 * is read again, and all else is that of `before`. Costs a fraction of `JSON.parse`.
 *
 * The proof: the old text is P·R·S, where R is a run of entries, and the new one P·R′·S. R′ is a run of entries with the
 * same keys. So the new text is valid, too, and says the same but for their values; unless a key is there twice, which
 * the index excludes.
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
  limits: Pick<Limits, 'maxDepth' | 'maxKeys'>,
  pause?: Pause,
): Promise<Reconciled | undefined> {
  const difference = differenceOf(before.bytes, bytes);
  if (pause) await pause();
  if (Math.max(difference.to - difference.from, difference.length) > LARGEST) return undefined;
  const { times, skip } = vain.get(before.bytes) ?? { times: 0, skip: 0 };
  if (skip > 0) {
    vain.set(bytes, { times, skip: skip - 1 });
    return undefined;
  }
  const index = indexes.get(before.bytes) ?? (await indexBytes(before.bytes, before.raw, pause));
  if (index) indexes.set(before.bytes, index);
  const read =
    index && (await new Change(before, bytes, { difference, index, limits }).read(pause));
  if (read === undefined)
    vain.set(bytes, { times: times + 1, skip: Math.min(2 ** (times + 1) - 1, MOST_SKIPPED) });
  return read;
}

class Change {
  readonly #before: Parsed;
  readonly #bytes: Uint8Array;
  readonly #difference: Difference;
  readonly #index: ByteIndex;
  readonly #limits: Pick<Limits, 'maxDepth' | 'maxKeys'>;

  constructor(
    before: Parsed,
    bytes: Uint8Array,
    terms: {
      readonly difference: Difference;
      readonly index: ByteIndex;
      readonly limits: Pick<Limits, 'maxDepth' | 'maxKeys'>;
    },
  ) {
    this.#before = before;
    this.#bytes = bytes;
    this.#difference = terms.difference;
    this.#index = terms.index;
    this.#limits = terms.limits;
  }

  async read(pause?: Pause): Promise<Reconciled | undefined> {
    let tries = 0;
    for (const run of this.#runs()) {
      const entries = this.#entriesOf(run);
      if (entries !== undefined) return this.#put(run, entries, pause);
      if (++tries === MOST_TRIES) return undefined;
    }
    return undefined;
  }

  /** The runs of the old text around the difference, the smallest first; never the whole. */
  *#runs(): Generator<Run> {
    const { from, to } = this.#difference;
    const cursor = new JsonCursor(this.#before.bytes, markBefore(this.#index, from - LARGEST));
    const within: Place[] = [];
    while (cursor.next()) {
      if (cursor.to < from) continue;
      const isWhole = cursor.from >= 0;
      if (cursor.to < to) {
        if (within.length === MOST_WITHIN) return;
        if (isWhole) within.push({ path: cursor.path(), from: cursor.from, to: cursor.to });
        continue;
      }
      // who begins behind the difference is the end of no run around it
      if (isWhole && cursor.from <= to) {
        const run = runTo({ path: cursor.path(), from: cursor.from, to: cursor.to }, within, from);
        if (run && run.to - run.from <= LARGEST) yield run;
      }
      if (cursor.to > from + LARGEST) return;
    }
  }

  /** The entries of a run as they are now; undefined where they are no run with the same keys. */
  #entriesOf({ keys, from, to }: Run): PlainObject | unknown[] | undefined {
    const grows = this.#bytes.length - this.#before.bytes.length;
    const [first] = keys;
    const [begin, end] =
      typeof first === 'string' ? [`{${JSON.stringify(first)}:`, '}'] : ['[', ']'];
    try {
      // a byte order mark may only begin a text, so it is not skipped here
      const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      const text = `${begin}${decoder.decode(this.#bytes.subarray(from, to + grows))}${end}`;
      const entries = JSON.parse(text) as PlainObject | unknown[];
      const { length } = Object.keys(entries);
      const isSame =
        length === keys.length &&
        (Array.isArray(entries) || keys.every((key) => Object.hasOwn(entries, key)));
      return isSame && countEntries(entries) === entriesIn(text) ? entries : undefined;
    } catch {
      return undefined;
    }
  }

  async #put(
    { parent, keys, from, to }: Run,
    entries: PlainObject | unknown[],
    pause: Pause | undefined,
  ): Promise<Reconciled | undefined> {
    const { raw, bytes } = this.#before;
    const all = getAt(raw, parent) as PlainObject;
    const old = Array.isArray(entries)
      ? keys.map((key) => all[key])
      : Object.fromEntries(keys.map((key) => [key, all[key]]));
    const count = this.#index.entries - countEntries(old) + countEntries(entries);
    if (count > this.#limits.maxKeys) return undefined;
    const next = this.#sealed(old, entries, parent.length);
    if (next === undefined) return undefined;
    const length = to - from + this.#bytes.length - bytes.length;
    this.#keepIndex({ from, to, length }, count);
    if (next === old) return { value: raw, lost: 0 };
    const value = await withEntriesAt(raw, parent, new Map(entriesOf(keys, next)), pause);
    noteSize(value, count);
    return { value: value as JsonValue, lost: countRemoved(old, next).removed };
  }

  /** What grew much has too few marks: it is read as a whole again when it changes next. */
  #keepIndex(replaced: Difference, entries: number): void {
    const { marks, readLength } = this.#index;
    if (Math.abs(this.#bytes.length - readLength) > LARGEST) return;
    indexes.set(this.#bytes, { marks: moveMarks(marks, replaced), entries, readLength });
  }

  #sealed<T extends object>(old: T, entries: T, depth: number): T | undefined {
    const maxDepth = this.#limits.maxDepth - depth;
    try {
      return seal(share(old, entries), old, { maxDepth, maxKeys: Infinity });
    } catch {
      return undefined;
    }
  }
}

/** The run of entries that ends with `last`: with the one in which the difference begins, or right before it. */
function runTo(last: Place, within: readonly Place[], from: number): Run | undefined {
  const parent = last.path.slice(0, -1);
  // the whole is no entry of anything
  if (last.path.length === 0) return undefined;
  const run = [...within.filter(({ path }) => isIn(parent, path)), last];
  const [first] = run;
  if (first!.from > from) return undefined;
  return { parent, keys: run.map(({ path }) => path.at(-1)!), from: first!.from, to: last.to };
}

function isIn(parent: Path, path: Path): boolean {
  return path.length === parent.length + 1 && parent.every((key, i) => key === path[i]);
}

function entriesIn(text: string): number {
  const cursor = new JsonCursor(new TextEncoder().encode(text));
  while (cursor.next());
  return cursor.entries;
}

function entriesOf(keys: Path, values: PlainObject | unknown[]): [string | number, unknown][] {
  return keys.map((key, i) => [key, Array.isArray(values) ? values[i] : values[key]]);
}
