import { notedSize } from '../document/reconcile.ts';
import { countRemoved } from '../document/count-removed.ts';
import { HoldfastError } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { SourceDocument } from '../state/inputs.ts';
import { wentBack } from './versions.ts';

/** A smaller document may lose any share of its keys. */
const FEWEST_KEYS = 16;

/** A document, and the one of the same source that is in force. */
interface Succession {
  readonly before: SourceDocument | undefined;
  readonly after: SourceDocument;
  /** See `Reconciled`. @default {Infinity} */
  readonly lost?: number | undefined;
}

/**
 * Holds a document against the one of the same source that is in force. Its verdict is one of context: the document
 * itself may be right, so that it is kept for `acceptRefused()`.
 */
export function compare(
  policy: ConfigPolicy,
  { before, after, lost = Infinity }: Succession,
): HoldfastError | undefined {
  if (before === undefined) return undefined;
  const back = wentBack(policy.versions, before.raw, after.raw);
  if (back !== undefined)
    return new HoldfastError('WENT_BACK', `${back}; acceptRefused() takes it all the same`);
  if (policy.maxRemoved >= 1 || lost <= fewestLeaves(policy, before) * policy.maxRemoved)
    return undefined;
  const { removed, total } = countRemoved(before.raw, after.raw);
  if (total < FEWEST_KEYS || removed <= total * policy.maxRemoved) return undefined;
  return new HoldfastError(
    'REMOVED_TOO_MUCH',
    `loses ${removed} of ${total} keys, more than the share of ${policy.maxRemoved} that maxRemoved allows; acceptRefused() takes it all the same`,
  );
}

/**
 * So many leaves a document has at least: each of its entries is one, or is on the way to one, and ways are no longer than
 * the levels that are allowed. To count them takes as long as to read the document.
 */
function fewestLeaves({ limits }: ConfigPolicy, { raw }: SourceDocument): number {
  return (notedSize(raw) ?? 0) / limits.maxDepth;
}
