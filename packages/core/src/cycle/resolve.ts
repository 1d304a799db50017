import { seal, VALUE_LIMITS } from '../document/seal.ts';
import { share } from '../document/share.ts';
import type { Validation, Verdict } from '../document/validation.ts';
import { HoldfastError } from '../errors.ts';
import { lazily } from '../lazily.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type * as DescribeIssues from './describe-issues.ts';

/** Loaded when a schema refuses a document. */
export const loadDescribeIssues: () => Promise<typeof DescribeIssues> = lazily(
  () => import('./describe-issues.ts'),
);

/** What a merged document amounts to: a value in terms of the one in force, or a refusal. */
export type Resolution =
  | { readonly kind: 'value'; readonly merged: unknown; readonly value: unknown }
  | { readonly kind: 'refused'; readonly error: HoldfastError };

/**
 * The value that a merged document gives, checked by the schema. Subtrees that did not change are those of `before`.
 * Pure, as far as the schema is; a promise only where the schema gives one, or refuses.
 */
export function resolve(
  merged: unknown,
  { before, validation }: { before: Snapshot | undefined; validation: Validation },
): Resolution | Promise<Resolution> {
  if (before && merged === before.merged) return { kind: 'value', merged, value: before.value };
  const verdict = validation.run(merged);
  const judged = { document: merged, secrets: validation.of.secrets };
  const finish = (settled: Verdict): Resolution | Promise<Resolution> =>
    settled.kind === 'valid' ? settle(settled.value, judged, before) : refused(settled, judged);
  return verdict instanceof Promise ? verdict.then(finish) : finish(verdict);
}

/** What says why is loaded when there is something to say. */
async function refused(
  objection: DescribeIssues.Trouble,
  judged: DescribeIssues.Judged,
): Promise<Resolution> {
  const { describeObjection } = await loadDescribeIssues();
  const error = new HoldfastError('SCHEMA_FAILED', describeObjection(objection, judged));
  return { kind: 'refused', error };
}

function settle(
  checked: unknown,
  judged: DescribeIssues.Judged,
  before: Snapshot | undefined,
): Resolution | Promise<Resolution> {
  const merged = judged.document;
  try {
    // where the schema transforms nothing, value and document become one tree
    const output = share(merged, checked);
    const wasOneTree = before === undefined || before.value === before.merged;
    const value = output === merged && wasOneTree ? merged : share(before?.value, output);
    if (value === merged) return { kind: 'value', merged, value };
    return { kind: 'value', merged, value: seal(value, before?.value, VALUE_LIMITS) };
  } catch (fault) {
    return refused({ kind: 'unservable', fault }, judged);
  }
}
