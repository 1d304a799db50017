import { seal } from '../document/seal.ts';
import { share } from '../document/share.ts';
import type { Objection, Validation, Verdict } from '../document/validation.ts';
import { HoldfastError, messageOf } from '../errors.ts';
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

/** What to do about an output that is refused. */
const SERVABLE =
  'let it give what JSON has (a Date as its text or number, a Map or Set as an object or a list), bigint, URL or Secret';

/** Values are walked by recursion; beyond this depth they are cyclic, or as good as. */
const VALUE_LIMITS = { maxDepth: 1_000, maxKeys: Infinity };

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
  const finish = (settled: Verdict): Resolution | Promise<Resolution> =>
    settled.kind === 'valid'
      ? settle(settled.value, merged, before)
      : refused(settled, { document: merged, secrets: validation.of.secrets });
  return verdict instanceof Promise ? verdict.then(finish) : finish(verdict);
}

/** What says why is loaded when there is something to say. */
async function refused(objection: Objection, judged: DescribeIssues.Judged): Promise<Resolution> {
  const { describeObjection } = await loadDescribeIssues();
  const error = new HoldfastError('SCHEMA_FAILED', describeObjection(objection, judged));
  return { kind: 'refused', error };
}

function settle(checked: unknown, merged: unknown, before: Snapshot | undefined): Resolution {
  try {
    // where the schema transforms nothing, value and document become one tree
    const output = share(merged, checked);
    const wasOneTree = before === undefined || before.value === before.merged;
    const value = output === merged && wasOneTree ? merged : share(before?.value, output);
    if (value === merged) return { kind: 'value', merged, value };
    return { kind: 'value', merged, value: seal(value, before?.value, VALUE_LIMITS) };
  } catch (fault) {
    const text = `gives a value that cannot be served: the output of the schema ${messageOf(fault)}; ${SERVABLE}`;
    return { kind: 'refused', error: new HoldfastError('SCHEMA_FAILED', text) };
  }
}
