import { share } from '../document/share.ts';
import type { Trigger } from '../outcome.ts';
import type { JsonValue } from '../ports/json.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { SourceDocument } from '../state/inputs.ts';

/** Whether what `trigger` brings of a source is not to come into force by itself. */
export function isBarred(
  state: ConfigState,
  { source, document: { raw } }: { source: number; document: SourceDocument },
  trigger: Trigger,
): boolean {
  const { pin } = state.inputs;
  if (pin === undefined || trigger === 'operator') return false;
  const pinned = pinnedDocument(state, source);
  // what is pinned is what was in force: the cache gives it back, and nothing at all cannot be pinned
  const isPinned = pinned ? isSame(pinned.raw, raw) : trigger === 'cache';
  if (pin.kind === 'all' && state.snapshot !== undefined && !isPinned) return true;
  const barred = pin.barred[source] ?? [];
  return barred.some((document) => isSame(document, raw));
}

/**
 * The document of a source that waits to be in force again: a pin of everything kept it over the restart, and something
 * refused or vetoed it at the start.
 */
export function pinnedDocument(
  { inputs: { pin }, waiting }: ConfigState,
  source: number,
): SourceDocument | undefined {
  const last = waiting[source];
  if (pin?.kind !== 'all' || (last?.kind !== 'vetoed' && last?.kind !== 'kept')) return undefined;
  return last.pin === pin ? last.document : undefined;
}

function isSame(document: JsonValue, raw: JsonValue): boolean {
  return share(document, raw) === document;
}
