import { diff } from '../document/diff.ts';
import { mergeAll } from '../document/merge.ts';
import { toldPaths } from '../document/redact.ts';
import { byIndex, expandPath, setAll } from '../document/set-at.ts';
import { getAt, seal, share, VALUE_LIMITS } from '../lazy-base.ts';
import type { Path } from '../document/path.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { Inputs } from '../state/inputs.ts';
import type { Snapshot } from '../state/snapshot.ts';

/** What the schema is given. */
export interface Merged {
  /** Sealed. */
  readonly merged: unknown;
  /** Paths of restart-only fields that would be another value after a restart. */
  readonly pendingRestart?: readonly string[];
}

/** What the merged document is put in terms of. */
interface MergeTerms {
  /** What is in force. */
  readonly before?: Snapshot | undefined;
  /** Each document shares what did not change with `before` already. @default {false} */
  readonly shares?: boolean;
}

/** More paths than these help nobody. */
const PATHS_SHOWN = 100;

/**
 * The documents merged over the defaults, the overrides over the documents, and what only a restart may change as it
 * was at the start. Subtrees that did not change are those of `before`. Pure.
 */
export function mergeLayers(
  policy: ConfigPolicy,
  inputs: Inputs,
  { before, shares = false }: MergeTerms = {},
): Merged {
  const layers = [policy.defaults, ...inputs.documents.map((document) => document?.raw)].filter(
    (layer) => layer !== undefined,
  );
  // an override alone is no value where no schema says that it is
  if (layers.length > 0 || policy.schema)
    layers.push(...(inputs.overrides ?? []).map(({ patch }) => patch));
  const merged = mergeAll(layers);
  const kept = keepAtStart(policy, inputs.started, merged);
  // a single layer is the document itself, which is sealed
  if (shares && layers.length <= 1 && kept === merged) return { merged };
  const sealed = seal(share(before?.merged, kept), before?.merged, VALUE_LIMITS);
  const pending = kept === merged ? [] : diff(sealed, merged);
  if (pending.length === 0) return { merged: sealed };
  const paths = toldPaths(
    pending.map(({ path }) => path),
    policy.secrets,
  );
  return { merged: sealed, pendingRestart: paths.slice(0, PATHS_SHOWN) };
}

/** Restart-only fields stay as they were at the start, and, where only some are dynamic, all others too. */
function keepAtStart(
  { restartOnly, dynamicOnly }: ConfigPolicy,
  started: unknown,
  merged: unknown,
): unknown {
  if (started === undefined) return merged;
  const dynamic = dynamicOnly.length > 0 ? withFields(started, dynamicOnly, merged) : merged;
  const kept = withFields(dynamic, restartOnly, started);
  return diff(kept, merged, { limit: 1 }).length === 0 ? merged : kept;
}

/** `value` with what `from` has at these paths. */
function withFields(value: unknown, paths: readonly Path[], from: unknown): unknown {
  const fields = paths
    .flatMap((path) => expandPath(path, value, from))
    .toSorted(byIndex)
    .map((path) => ({ path, item: getAt(from, path) }));
  const there = fields.filter(({ item }) => item !== undefined);
  const gone = fields.filter(({ item }) => item === undefined).toReversed();
  return setAll(value, [...there, ...gone]);
}
