import { type Entry, JsonCursor, type Mark, type Opened } from './json-cursor.ts';
import type { Path } from './path.ts';

/**
 * Entries of one container that follow one another: a part of its text. Of `{"k": 1 , "m": [2]}` one is `1 , "m": [2]`, with
 * the head `{"k":`, the tail `}` and the keys `k` and `m`: the key of the first value is no part of it.
 */
export interface Run {
  /** The way to the container. */
  readonly parent: Path;
  readonly isList: boolean;
  /** Keys or indexes of the entries, in their order. */
  readonly keys: Path;
  /** Where the first value starts; the container itself, where the run begins with its bracket. */
  readonly from: number;
  /** Where the last value ends; the container itself, where the run ends with its bracket. */
  readonly to: number;
  /** What makes a container of the part: the brackets that are not in it, and the key of its first value. */
  readonly head: string;
  readonly tail: string;
}

/** A part of a text. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** The start of a run, and the keys so far. */
interface Begun {
  readonly from: number;
  readonly head: string;
  readonly keys: (string | number)[];
  /**
   * `open`: what the part touches goes on. `complete`: it has all of that, and was given. `followed`: another entry stands
   * behind it, so it does not come to the bracket.
   */
  state: 'open' | 'complete' | 'followed';
}

/** An entry that ended before the part. */
interface Passed extends Pick<Opened, 'index' | 'keyFrom' | 'keyTo'> {
  from: number;
}

/** Bytes of the largest run. */
export const LARGEST_RUN = 65_536;
const ARRAY_END = 0x5d;
const OBJECT_END = 0x7d;

/**
 * The runs of a text around a part of it, the smallest first. The part may begin and end anywhere: a run begins with the
 * value that it begins in or, where it begins between two, with the one before, and ends likewise; with a bracket where
 * there is none. None is larger than `LARGEST_RUN`.
 *
 * @param mark From where to read. What begins before it is in no run.
 */
export function* runsAround(bytes: Uint8Array, mark: Mark | undefined, part: Part): Generator<Run> {
  const cursor = new JsonCursor(bytes, mark);
  const runs = new RunsOf(cursor, part);
  while (cursor.next() && cursor.to <= part.from + LARGEST_RUN) {
    if (cursor.to < part.from) runs.pass();
    else if (cursor.to < part.to) runs.add();
    else {
      for (const run of [runs.toBracket(bytes[cursor.to - 1]), runs.toValue()])
        if (run && run.to - run.from <= LARGEST_RUN) yield run;
    }
  }
}

/**
 * The runs around a part while a walk goes over it: one in each container that is open where the part starts, by depth. A
 * start of -1, before the mark, is less than any place: such a container is open there, and no run begins with it.
 */
class RunsOf {
  readonly #cursor: JsonCursor;
  readonly #part: Part;
  readonly #passed: Passed[] = [];
  readonly #begun: (Begun | undefined)[] = [];

  constructor(cursor: JsonCursor, part: Part) {
    this.#cursor = cursor;
    this.#part = part;
  }

  /** The value at hand ended before the part. */
  pass(): void {
    const { inside, depth, from } = this.#cursor;
    if (inside === undefined) return;
    // many are passed: nothing is made for each
    const passed = (this.#passed[depth] ??= { from, index: 0, keyFrom: 0, keyTo: 0 });
    passed.from = from;
    passed.index = inside.index;
    passed.keyFrom = inside.keyFrom;
    passed.keyTo = inside.keyTo;
  }

  /** The value at hand is the next entry of the run in its container, or follows that. */
  add(): Begun | undefined {
    const { inside, depth } = this.#cursor;
    // what is open in there only is the value itself, or lies in one
    if (inside === undefined || inside.from >= this.#part.from) return undefined;
    const run = (this.#begun[depth] ??= this.#begin(inside));
    if (run?.state === 'open') run.keys.push(this.#cursor.keyOf(inside));
    else if (run) run.state = 'followed';
    return run;
  }

  /** The run that ends with the value at hand, the first one that ends behind the part. */
  toValue(): Run | undefined {
    const run = this.add();
    if (run?.state !== 'open') return undefined;
    run.state = 'complete';
    const { to, inside } = this.#cursor;
    const isList = inside!.isArray;
    return {
      ...run,
      parent: this.#cursor.path().slice(0, -1),
      isList,
      to,
      tail: isList ? ']' : '}',
    };
  }

  /** The run up to the bracket of the container that ended. In a list also where it was complete before: only the end can grow. */
  toBracket(last: number | undefined): Run | undefined {
    const { from, to, depth } = this.#cursor;
    const isList = last === ARRAY_END;
    if (from >= this.#part.from || !(isList || last === OBJECT_END)) return undefined;
    const run = this.#begun[depth + 1] ?? this.#after(depth + 1, { from, isArray: isList });
    const isNew = run?.state === 'open' || (isList && run?.state === 'complete');
    if (!run || !isNew) return undefined;
    return { ...run, parent: this.#cursor.path(), isList, to, tail: '' };
  }

  #begin(inside: Opened): Begun | undefined {
    const { from, depth } = this.#cursor;
    // it began before the mark
    if (from < 0) return undefined;
    if (from <= this.#part.from) return { from, head: this.#head(inside), keys: [], state: 'open' };
    const run = this.#after(depth, inside);
    if (run || inside.from < 0) return run;
    return { from: inside.from, head: '', keys: [], state: 'open' };
  }

  /** Begins with the last entry that was passed, where that is one of the container. */
  #after(depth: number, { from, isArray }: Pick<Opened, 'from' | 'isArray'>): Begun | undefined {
    const passed = this.#passed[depth];
    if (!passed || passed.from <= from) return undefined;
    const entry = { ...passed, isArray, key: undefined };
    const keys = [this.#cursor.keyOf(entry)];
    return { from: passed.from, head: this.#head(entry), keys, state: 'open' };
  }

  #head(entry: Entry): string {
    const key = this.#cursor.keyOf(entry);
    return typeof key === 'number' ? '[' : `{${JSON.stringify(key)}:`;
  }
}
