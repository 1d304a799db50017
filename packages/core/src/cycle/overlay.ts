import { addLeaves, type Change } from '../document/leaves.ts';
import { merge } from '../document/merge.ts';
import { formatPath, HoldfastError, messageOf, seal, share } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { validateNow } from './validate-now.ts';

/** Values are walked by recursion; beyond this depth they are cyclic, or as good as. */
const VALUE_LIMITS = { maxDepth: 1_000, maxKeys: Infinity };

/** More paths than these help nobody. */
const PATHS_SHOWN = 5;

/**
 * The value that a config would have if `patches` lay over its documents, each over those before it. Sealed, and in terms
 * of the value in force: what the patches do not touch is `===`.
 *
 * @throws {HoldfastError} `SCHEMA_FAILED` where the schema refuses it, or cannot tell at once.
 */
export function overlay(
  policy: ConfigPolicy,
  { merged: below, value: before }: Snapshot,
  patches: readonly JsonValue[],
): unknown {
  const above = share(below, patches.reduce<unknown>(merge, below));
  // all schemas are taken to be pure
  if (above === below) return before;
  const merged = seal(above, below, VALUE_LIMITS);
  const verdict = validateNow(policy.schema, merged);
  if (verdict.kind === 'invalid') throw refused(policy, patches, verdict.why);
  try {
    // first by the document: where the schema transforms nothing, the value is the document
    return seal(share(before, share(merged, verdict.value)), before, VALUE_LIMITS);
  } catch (fault) {
    const why = `gives a value that cannot be served: the output of the schema ${messageOf(fault)}`;
    throw refused(policy, patches, why);
  }
}

/** Names what was overridden, never the values. */
function refused(
  { name }: ConfigPolicy,
  patches: readonly JsonValue[],
  why: string,
): HoldfastError {
  const leaves: Change[] = [];
  for (const patch of patches) addLeaves(leaves, 'added', patch, []);
  const paths = new Set(leaves.map(({ path }) => formatPath(path)));
  const more = paths.size > PATHS_SHOWN ? ` and ${paths.size - PATHS_SHOWN} more` : '';
  const shown = `${[...paths].slice(0, PATHS_SHOWN).join(', ')}${more}`;
  const text = `Config ${JSON.stringify(name)} with overrides of ${shown} ${why}`;
  return new HoldfastError('SCHEMA_FAILED', text);
}
