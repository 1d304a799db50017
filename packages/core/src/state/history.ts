import type { HistoryPolicy } from '../options/history.ts';
import type { Inputs, SourceDocument } from './inputs.ts';
import type { Snapshot } from './snapshot.ts';

/** All that a version was computed from, and how large that is. */
export interface Measured {
  readonly inputs: Inputs;
  /** By index of the source: bytes of its document; counted once, since that may mean to write it as text. */
  readonly sizes?: readonly number[];
}

/** A version that was in force. */
export interface PastVersion extends Snapshot, Measured {}

/** With one more version; of the oldest, those that are too many are left out. Pure. */
export function remember(
  history: readonly PastVersion[],
  version: PastVersion,
  policy: HistoryPolicy,
): readonly PastVersion[] {
  const all = [...history, measured(version, history.at(-1))];
  return firstWithin(all.toReversed(), policy.entries, policy.bytes).toReversed();
}

/** Of `all` as many of the first as are within both bounds. Pure. */
export function firstWithin<T extends Measured>(
  all: readonly T[],
  most: number,
  maxBytes: number,
): T[] {
  const kept: T[] = [];
  const counted = new Set<unknown>();
  let bytes = 0;
  for (const one of all) {
    bytes += newBytes(one, counted);
    if (kept.length >= most || bytes > maxBytes) break;
    kept.push(one);
  }
  return kept;
}

/** Of what is not among `counted` yet, and then is: what several versions share counts once. */
function newBytes({ inputs, sizes }: Measured, counted: Set<unknown>): number {
  let bytes = 0;
  const count = (part: unknown, size: number): void => {
    if (!counted.has(part)) bytes += size;
    counted.add(part);
  };
  for (const [i, document] of inputs.documents.entries()) count(document, sizes![i]!);
  const { overrides } = inputs;
  // most versions share all of them
  if (overrides && !counted.has(overrides)) {
    counted.add(overrides);
    for (const override of overrides) count(override, override.bytes);
  }
  return bytes;
}

/** With its size, some of which is known where it shares documents with `last`. */
export function measured<T extends Measured>(one: T, last: Measured | undefined): T {
  const sizes = one.inputs.documents.map((document, i) =>
    document !== undefined && document === last?.inputs.documents[i]
      ? last.sizes![i]!
      : bytesOf(document),
  );
  return { ...one, sizes };
}

function bytesOf(document: SourceDocument | undefined): number {
  if (document === undefined) return 0;
  return document.bytes?.length ?? (document.text ?? JSON.stringify(document.raw)).length;
}
