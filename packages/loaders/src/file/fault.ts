import { HoldfastError } from '@holdfast/core';

/** A place in a text; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a document, and where. It quotes nothing: what stands there may be a secret. */
export function fault(format: string, what: string, at?: Position): HoldfastError {
  return new HoldfastError('DECODE_FAILED', `is not valid ${format}${placeOf(at)}: ${what}`);
}

/** ` at line 3, column 5`; nothing where nobody knows. */
export function placeOf(at: Position | undefined): string {
  return at === undefined ? '' : ` at line ${at.line}, column ${at.column}`;
}

/** Where the character at `index` stands. */
export function positionOf(text: string, index: number): Position {
  return positionsIn(text)(index);
}

/** As {@link positionOf}, for indices that only rise: all of them together walk the text once. */
export function positionsIn(text: string): (index: number) => Position {
  let line = 1;
  let start = 0;
  return (index) => {
    for (;;) {
      const next = text.indexOf('\n', start) + 1;
      if (next === 0 || next > index) return { line, column: index - start + 1 };
      line += 1;
      start = next;
    }
  };
}
