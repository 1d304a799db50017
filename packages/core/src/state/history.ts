import type { HistoryPolicy } from '../options/history.ts';
import type { Inputs } from './inputs.ts';
import type { Snapshot } from './snapshot.ts';

/** A version that was in force, with all that it was computed from. */
export interface PastVersion extends Snapshot {
  readonly inputs: Inputs;
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
  for (const past of [...history, version].toReversed()) {
    for (const document of past.inputs.documents) {
      // what several versions share counts once
      if (document === undefined || counted.has(document)) continue;
      counted.add(document);
      bytes += document.bytes?.length ?? JSON.stringify(document.raw).length;
    }
    if (kept.length >= policy.entries || bytes > policy.bytes) break;
    kept.push(past);
  }
  return kept.toReversed();
}
