import { addLeaves, type Change } from '../document/leaves.ts';
import { merge } from '../document/merge.ts';
import { toldFault, toldPaths } from '../document/redact.ts';
import type { ErrorCode } from '../errors.ts';
import { HoldfastError, seal, share, VALUE_LIMITS } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { type CheckedConfig, refusals } from './refusals.ts';
import { validateNow } from './validate-now.ts';

/** More paths than these help nobody. */
const PATHS_SHOWN = 5;

/** A config, as far as something is laid over it. */
export interface OverlaidConfig extends CheckedConfig {
  readonly policy: ConfigPolicy;
}

/**
 * The value that a config would have if `patches` lay over its documents, each over those before it. Sealed, and in terms
 * of the value in force: what the patches do not touch is `===`.
 *
 * @throws {HoldfastError} `SCHEMA_FAILED` where the schema refuses it, or cannot tell at once; `CHECK_FAILED` where a rule
 * or a contract does.
 */
export function overlay(
  config: OverlaidConfig,
  { merged: below, value: before }: Snapshot,
  patches: readonly JsonValue[],
): unknown {
  const { policy } = config;
  const above = share(below, patches.reduce<unknown>(merge, below));
  // all schemas are taken to be pure
  if (above === below) return before;
  const merged = seal(above, below, VALUE_LIMITS);
  const verdict = validateNow(policy, merged);
  const refuse = (code: ErrorCode, why: string): HoldfastError =>
    new HoldfastError(code, `${titleOf(policy, patches)} ${why}`);
  if (verdict.kind === 'invalid') throw refuse('SCHEMA_FAILED', verdict.why);
  let value: unknown;
  try {
    // first by the document: where the schema transforms nothing, the value is the document
    value = seal(share(before, share(merged, verdict.value)), before, VALUE_LIMITS);
  } catch (fault) {
    const why = `gives a value that cannot be served: the output of the schema ${toldFault(fault, policy.secrets)}`;
    throw refuse('SCHEMA_FAILED', why);
  }
  const [refusal] = refusals(value, config);
  if (refusal) throw refuse('CHECK_FAILED', refusal.message);
  return value;
}

/** Names what was overridden, never the values. */
function titleOf({ name, secrets }: ConfigPolicy, patches: readonly JsonValue[]): string {
  const leaves: Change[] = [];
  for (const patch of patches) addLeaves(leaves, 'added', patch, []);
  const paths = toldPaths(
    leaves.map(({ path }) => path),
    secrets,
  );
  const more = paths.length > PATHS_SHOWN ? ` and ${paths.length - PATHS_SHOWN} more` : '';
  const shown = `${paths.slice(0, PATHS_SHOWN).join(', ')}${more}`;
  return `Config ${JSON.stringify(name)} with overrides of ${shown}`;
}
