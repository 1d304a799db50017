import type { ConfigState } from '../state/config-state.ts';
import { isOvertaken, overtaken, unchanged, withDocument } from '../lazy-base.ts';
import type { Decision, Proposal } from '../state/proposal.ts';

/** The short way of a poll that brought nothing: no queue, no promise. What waits is no longer what the source has. */
export function decideUnchanged(
  state: ConfigState,
  { source, basedOn, doNotStore }: Extract<Proposal, { kind: 'unchanged' }>,
): Decision {
  if (isOvertaken(basedOn, state, source)) return overtaken;
  const { inputs, waiting } = state;
  const known = inputs.documents[source];
  const stores = !doNotStore || known === undefined || known.doNotStore;
  if (stores && waiting[source] === undefined) return unchanged;
  return {
    ...unchanged,
    next: {
      waiting: waiting.with(source, undefined),
      inputs: stores ? inputs : withDocument(inputs, source, { ...known, doNotStore }),
    },
  };
}
