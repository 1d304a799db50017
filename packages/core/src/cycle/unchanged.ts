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
  { source, basedOn }: Extract<Proposal, { kind: 'unchanged' }>,
): Decision {
  if (inputs.documents[source] !== basedOn.document) return overtaken;
  return waiting[source] === undefined ? unchanged : { ...unchanged, waiting: undefined };
}
