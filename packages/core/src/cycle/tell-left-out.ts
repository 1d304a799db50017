import type { ConfigPolicy } from '../options/config.ts';
import type { Comparer } from '../state/change-details.ts';
import type { ConfigState } from '../state/config-state.ts';
import { type Inputs, withDocument } from '../state/inputs.ts';
import type { ManagerContext } from './context.ts';
import { leftOut } from './left-out.ts';
import { subjectOf } from './title.ts';

/** A config, after its documents changed. */
interface Subject extends Comparer {
  readonly policy: ConfigPolicy;
  readonly context: ManagerContext;
  readonly state: ConfigState;
  readonly closed: boolean;
}

/**
 * Tells of what documents that are written for this config alone have, and the schema leaves out; as soon as all sources
 * that it needs have given one, and nothing again that the document before had, too. Never rejects.
 */
export async function tellLeftOut(subject: Subject, before: ConfigState): Promise<void> {
  const { policy, context, state } = subject;
  const { snapshot } = state;
  if (snapshot === undefined || !isFed(policy, state.inputs)) return;
  const { started: _, ...inputs } = state.inputs;
  const old = isFed(policy, before.inputs) ? before.inputs.documents : [];
  for (const [i, { name: source, loader }] of policy.sources.entries()) {
    const document = inputs.documents[i];
    if (!loader.addressed || document === undefined || document === old[i]) continue;
    const found = await leftOut(subject, {
      parts: new Map([[i, document.raw]]),
      others: withDocument(inputs, i, old[i]),
      laid: (parts) => withDocument(inputs, i, { ...document, raw: parts.get(i)! }),
      // what waits for a restart is not in the value
      value: snapshot.pendingRestart ? undefined : snapshot.value,
    }).catch(() => undefined);
    const paths = found?.get(i);
    if (subject.closed) return;
    if (!paths) continue;
    const message = `${subjectOf(loader, {})} does nothing at ${paths.join(', ')}: no other layer has that, and the value would be the same without it`;
    context.events.emit('config.warned', policy.name, () => ({ source, message }));
  }
}

/** Whether each source that it cannot do without has given a document. */
function isFed({ sources }: ConfigPolicy, { documents }: Inputs): boolean {
  return sources.every(({ optional }, i) => optional || documents[i] !== undefined);
}
