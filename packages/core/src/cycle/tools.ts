import type { ConfigPolicy } from '../options/config.ts';
import type { Participant } from '../options/participant.ts';
import type { Trigger } from '../outcome.ts';
import type { Comparer } from '../state/change-details.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Proposal } from '../state/proposal.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { ValueCheck } from '../state/value-check.ts';
import type { ManagerContext } from './context.ts';
import { resolveBeside } from './resolve-beside.ts';
import type { Resolution } from './resolve.ts';

/** The config that the stages work for. */
export interface Subject extends Comparer {
  readonly policy: ConfigPolicy;
  readonly context: ManagerContext;
  readonly participants: readonly Participant[];
  readonly checks: readonly ValueCheck[];
  readonly closed: boolean;
  /** Called when something ended, the config itself too. */
  readonly onSettled: { add(call: () => void): () => void };
}

/** A config whose proposals are decided. */
export interface Decided extends Subject {
  readonly state: ConfigState;
  /** What a merged document amounts to, in terms of what was in force before. */
  resolve(merged: unknown, before: Snapshot | undefined): Resolution | Promise<Resolution>;
}

/** What the stages use beside the state. */
export interface CycleTools {
  readonly policy: ConfigPolicy;
  readonly context: ManagerContext;
  readonly subject: Subject;
  /** Those that there were when it began; who comes later is asked right before the commit. */
  readonly checks: readonly ValueCheck[];
  readonly proposal: Looked;
  readonly trigger: Trigger;
  /** What a merged document amounts to, beside what is in force. */
  resolve(merged: unknown): Resolution | Promise<Resolution>;
}

/** All but the news that there is no news. */
export type Looked = Exclude<Proposal, { kind: 'unchanged' }>;

/** The tools for one proposal. */
export function toolsOf(config: Decided, proposal: Looked): CycleTools {
  const { policy, context, checks } = config;
  return {
    policy,
    context,
    checks,
    proposal,
    trigger: proposal.trigger,
    subject: config,
    resolve: (merged) => resolveBeside(config, merged),
  };
}
