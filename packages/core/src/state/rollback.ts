import { share } from '../document/share.ts';
import { HoldfastError } from '../errors.ts';
import type { HistoryPolicy } from '../options/history.ts';
import type { JsonValue } from '../ports/json.ts';
import type { ConfigState } from './config-state.ts';
import type { PastVersion } from './history.ts';
import type { Inputs, Override, Pin, SourceDocument } from './inputs.ts';

/** Who goes back, why, when, and what may not come again by itself. */
export type RollbackTerms = Omit<Pin, 'barred'>;

/** A source that never has the same document twice, each of which has to go, must not fill the memory. */
export const MOST_BARRED = 20;

/** The earlier version of this number, if it is still kept. */
export function pastVersion(
  { history, snapshot }: ConfigState,
  version: number,
  policy: HistoryPolicy,
): PastVersion | HoldfastError {
  const past = history.find((entry) => entry.version === version);
  if (past) return past;
  const latest = snapshot?.version ?? 0;
  const bound = history.length < policy.entries ? 'bytes' : 'entries';
  let why = '';
  if (version === latest) why = ': it is the one in force';
  // each number up to the latest was one
  else if (version > 0 && version < latest && Number.isInteger(version))
    why = `: it was in force, but history.${bound} (${policy[bound]}) had no room for it`;
  const kept = history.map((entry) => entry.version).join(', ') || 'none';
  const text = `There is no earlier version ${version}${why} (kept: ${kept})`;
  return new HoldfastError('NOT_FOUND', text);
}

/**
 * The inputs of an earlier version, with what is in force now barred where it differs. Overrides that have come to
 * their end since stay away, but for those that are `overdue`: laid over the documents all the same. Who pinned
 * everything pinned it for those who go back for the sake of one document, too. Pure.
 */
export function rolledBack(
  { inputs }: Pick<ConfigState, 'inputs'>,
  past: Inputs,
  { overdue, ...terms }: RollbackTerms & { readonly overdue?: readonly Override[] | undefined },
): Inputs {
  const overrides = past.overrides?.filter(
    (override) => (override.expiresAt ?? Infinity) > terms.at || overdue?.includes(override),
  );
  const pin = pinned(inputs, past, terms);
  return {
    ...inputs,
    documents: past.documents,
    ...((overrides ?? inputs.overrides) && { overrides: overrides ?? [] }),
    ...(pin !== inputs.pin && { pin }),
  };
}

function pinned(inputs: Inputs, past: Inputs, terms: RollbackTerms): Pin | undefined {
  const barred = barredWith(inputs, past);
  if (inputs.pin?.kind === 'all' && terms.kind === 'document') return { ...inputs.pin, barred };
  // where it was overrides alone that went, there is nothing to bar
  const nothing = terms.kind === 'document' && barred.every((documents) => documents.length === 0);
  return nothing ? undefined : { ...terms, barred };
}

/** What was barred already, and each document in force that the earlier version did not have. */
function barredWith({ documents, pin }: Inputs, past: Inputs): Pin['barred'] {
  return documents.map((document, source) => {
    const restored = past.documents[source];
    const all = [...(pin?.barred[source] ?? []), ...(document ? [document.raw] : [])];
    const left = all.filter((raw, i) => !isSame(raw, restored) && all.indexOf(raw) === i);
    return left.slice(-MOST_BARRED);
  });
}

function isSame(raw: JsonValue, document: SourceDocument | undefined): boolean {
  return document !== undefined && share(raw, document.raw) === raw;
}
