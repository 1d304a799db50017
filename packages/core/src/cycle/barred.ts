import { share } from '../document/share.ts';
import type { Trigger } from '../outcome.ts';
import type { JsonValue } from '../ports/json.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Candidate } from './draft.ts';

/** Whether what `trigger` brings of a source is not to come into force by itself. */
export function isBarred(
  { inputs: { pin }, snapshot, cached }: ConfigState,
  candidate: Candidate,
  trigger: Trigger,
): boolean {
  const { source, document } = candidate;
  if (pin === undefined || document === undefined || trigger === 'operator') return false;
  // what was in force before the restart is what is pinned, and nothing at all cannot be pinned
  const pinned = snapshot !== undefined || cached.some((waiting) => waiting !== undefined);
  if (pin.kind === 'all' && pinned && !candidate.cached) return true;
  const barred = pin.barred[source] ?? [];
  return barred.some((raw) => isSame(raw, document.raw));
}

function isSame(document: JsonValue, raw: JsonValue): boolean {
  return share(document, raw) === document;
}
