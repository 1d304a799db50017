import type { HistoryPolicy } from '../options/history.ts';
import type { Inputs, SourceDocument } from './inputs.ts';
import type { Snapshot } from './snapshot.ts';

/** A version that was in force, with all that it was computed from. */
export interface PastVersion extends Snapshot {
  readonly inputs: Inputs;
  /** By index of the source: bytes of its document; counted once, since that may mean to write it as text. */
  readonly sizes?: readonly number[];
}

/** With one more version; of the oldest, those that are too many are left out. Pure. */
export function remember(
  history: readonly PastVersion[],
  version: PastVersion,
  policy: HistoryPolicy,
): readonly PastVersion[] {
  const kept: PastVersion[] = [];
  const counted = new Set<unknown>();
  let bytes = 0;
  for (const past of [...history, measured(version, history.at(-1))].toReversed()) {
    bytes += newBytes(past, counted);
    if (kept.length >= policy.entries || bytes > policy.bytes) break;
    kept.push(past);
  }
  return kept.toReversed();
}

/** Of what is not among `counted` yet, and then is: what several versions share counts once. */
function newBytes({ inputs, sizes }: PastVersion, counted: Set<unknown>): number {
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

function measured(version: PastVersion, last: PastVersion | undefined): PastVersion {
  const sizes = version.inputs.documents.map((document, i) =>
    document !== undefined && document === last?.inputs.documents[i]
      ? last.sizes![i]!
      : sizeOf(document),
  );
  return { ...version, sizes };
}

function sizeOf(document: SourceDocument | undefined): number {
  if (document === undefined) return 0;
  return document.bytes?.length ?? (document.text ?? JSON.stringify(document.raw)).length;
}
