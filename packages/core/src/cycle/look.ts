import { HoldfastError, isOvertaken } from '../lazy-base.ts';
import type { Outcome } from '../outcome.ts';
import { withDocument } from '../state/inputs.ts';
import type { Arrival } from '../state/proposal.ts';
import { knownDocument } from '../state/waiting.ts';
import { detect, type Detected } from './detect.ts';
import type { Candidate, Draft } from './draft.ts';
import { inTime } from './in-time.ts';
import { pauseOf } from './pause-of.ts';
import { subjectOf } from './title.ts';
import type { CycleTools } from './tools.ts';

/** A candidate, and whether what is new in it counts. */
export interface Arrived extends Candidate {
  readonly ignorable: boolean;
  /** See `Reconciled`. */
  readonly lost?: number | undefined;
  /** See `Loaded`. */
  readonly pushedBy?: string | undefined;
}

/** How it went with the document of one source. */
export type SourceOutcome = Outcome | 'overtaken';

/** What a source says, held against what it is known to have had: a candidate, or nothing that has to be tried. */
export async function look(
  arrival: Arrival,
  draft: Draft,
  tools: CycleTools,
): Promise<SourceOutcome | Arrived> {
  const { source, loaded } = arrival;
  if (isWorthless(arrival, draft, tools)) return 'overtaken';
  const inForce = draft.inputs.documents[source];
  const known = knownDocument(draft, source);
  if (loaded === 'absent') {
    if (known) return { source, document: undefined, cached: false, ignorable: false };
    draft.wait({ source, cached: false }, undefined);
    return { kind: 'unchanged' };
  }
  const { policy, trigger } = tools;
  const from = policy.sources[source]!;
  const { pushedBy } = loaded;
  const cached = trigger === 'cache';
  const late = (limit: string): Detected => {
    const text = `${subjectOf(from.loader, { ...loaded, cached })} could not be decoded within ${limit}`;
    return { kind: 'refused', error: new HoldfastError('DECODE_FAILED', text) };
  };
  const nextTurn = pauseOf(tools.context.clock);
  const detecting = detect(policy, from, { known, loaded, cached }, nextTurn);
  // what others decode may never end; long work of ours only waits for its turns
  const detected = await (from.loader.decode ? inTime(detecting, tools, late) : detecting);
  if (detected.kind === 'refused') return detected;
  if (detected.kind !== 'same') {
    const { kind, document, lost } = detected;
    const ignorable = kind === 'ignorable' && inForce !== undefined;
    return { source, document, cached, ignorable, lost, pushedBy };
  }
  const { document = known } = detected;
  if (!cached) draft.wait({ source, cached }, undefined);
  // the source still has what was in force before the restart
  if (!inForce) return { source, document, cached: true, ignorable: false };
  // the known content: its validator and bytes are news all the same
  if (document !== known) draft.inputs = withDocument(draft.inputs, source, document);
  return { kind: 'unchanged' };
}

/** Whether something came between the question and the answer that makes the answer worthless. */
function isWorthless(
  { source, loaded, basedOn }: Arrival,
  draft: Draft,
  tools: CycleTools,
): boolean {
  const inForce = draft.inputs.documents[source];
  if (basedOn && isOvertaken(basedOn, draft, source)) return true;
  if (inForce) return !basedOn && tools.trigger === 'cache';
  const last = draft.cached[source];
  // an older generation is no better than the one that a participant vetoed
  if (tools.trigger === 'cache') return last?.kind === 'vetoed';
  // it was no loss yet when the load began
  const { whenAbsent } = tools.policy.sources[source]!;
  return loaded === 'absent' && last !== undefined && whenAbsent !== 'empty';
}
