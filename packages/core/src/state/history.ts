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
    for (const [i, document] of past.inputs.documents.entries()) {
      // what several versions share counts once
      if (document === undefined || counted.has(document)) continue;
      counted.add(document);
      bytes += past.sizes![i]!;
    }
    if (kept.length >= policy.entries || bytes > policy.bytes) break;
    kept.push(past);
  }
  return kept.toReversed();
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
  return document.bytes?.length ?? JSON.stringify(document.raw).length;
}
