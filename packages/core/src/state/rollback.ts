import { HoldfastError } from '../errors.ts';
import type { ConfigState } from './config-state.ts';
import type { Inputs, Pin } from './inputs.ts';

/** Who goes back, why, when, and what may not come again by itself. */
export type RollbackTerms = Omit<Pin, 'barred'>;

/**
 * The inputs of an earlier version, with what is in force now barred where it differs. Overrides that have ended since
 * stay ended. Pure.
 */
export function rolledBack(
  { inputs, history }: ConfigState,
  version: number,
  terms: RollbackTerms,
): Inputs | HoldfastError {
  const past = history.find((entry) => entry.version === version);
  if (past === undefined) {
    const kept = history.map((entry) => entry.version).join(', ') || 'none';
    return new HoldfastError(
      'NOT_FOUND',
      `There is no version ${version} to go back to (kept: ${kept})`,
    );
  }
  const overrides = past.inputs.overrides?.filter(
    ({ expiresAt = Infinity }) => expiresAt > terms.at,
  );
  return {
    ...inputs,
    documents: past.inputs.documents,
    ...((overrides ?? inputs.overrides) && { overrides: overrides ?? [] }),
    pin: { ...terms, barred: barredWith(inputs, past.inputs) },
  };
}

/** What was barred already, and each document in force that the earlier version did not have. */
function barredWith({ documents, pin }: Inputs, past: Inputs): Pin['barred'] {
  return documents.map((document, source) => {
    const barred = pin?.barred[source] ?? [];
    const left = document !== undefined && document.raw !== past.documents[source]?.raw;
    return left ? [...barred, document.raw] : barred;
  });
}
