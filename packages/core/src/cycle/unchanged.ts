import {
  type CycleState,
  type Decision,
  overtaken,
  type Proposal,
  unchanged,
} from '../state/proposal.ts';

/** The short way of a poll that brought nothing: no queue, no promise. What waits is no longer what the source has. */
export function decideUnchanged(
  { inputs, waiting }: CycleState,
  { source, basedOn, doNotStore }: Extract<Proposal, { kind: 'unchanged' }>,
): Decision {
  const known = inputs.documents[source];
  if (known !== basedOn.document) return overtaken;
  const decision = waiting[source] === undefined ? unchanged : { ...unchanged, waiting: undefined };
  if (!doNotStore || known === undefined || known.doNotStore) return decision;
  return { ...decision, document: { ...known, doNotStore } };
}
