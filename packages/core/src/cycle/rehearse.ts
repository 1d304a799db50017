import type { Change } from '../document/leaves.ts';
import type { HoldfastError } from '../errors.ts';
import { isHoldfastError } from '../lazy-base.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Intervention, ReloadNotes } from '../state/proposal.ts';
import { check } from './attempt.ts';
import { changesBetween } from './changes.ts';
import { mergeLayers } from './merge-layers.ts';
import { ask, concerned } from './participants.ts';
import { refusals } from './refusals.ts';
import { reworded } from './reworded.ts';
import { type CycleTools, type Decided, toolsOf } from './tools.ts';

/** What would come of other inputs. */
export interface Rehearsal {
  /** The leaves that would differ; none where there would be no value. */
  readonly changes: readonly Change[];
  /** Everything that speaks against it. */
  readonly problems: readonly HoldfastError[];
  /** Paths of restart-only fields that would wait for a restart. */
  readonly pendingRestart: readonly string[];
}

/** Nobody is told of what is only tried. */
const SILENT: ReloadNotes = { id: '', completed() {}, failed() {}, tell() {} };

/** What would come of other inputs. Of participants only `canApply` is called. Changes nothing. */
export async function rehearse(
  config: Decided,
  change: Intervention['change'],
): Promise<Rehearsal> {
  const rehearsed = await tried(config, change);
  const title = `Config ${JSON.stringify(config.policy.name)}`;
  const problems = rehearsed.problems.map((error) => reworded(error, `${title}: ${error.message}`));
  return { ...rehearsed, problems };
}

async function tried(config: Decided, change: Intervention['change']): Promise<Rehearsal> {
  const { state } = config;
  const proposal = { kind: 'inputs', trigger: 'operator', by: '', reason: '', change } as const;
  // as if nothing was in force: what is, is checked again
  const tools: CycleTools = {
    ...toolsOf(config, proposal),
    resolve: (merged) => config.resolve(merged, undefined),
  };
  const inputs = change(state);
  if (isHoldfastError(inputs)) return { changes: [], problems: [inputs], pendingRestart: [] };
  const { merged, pendingRestart = [] } = mergeLayers(tools.policy, inputs);
  const resolution = await check(merged, tools);
  if (resolution.kind === 'refused') {
    const error = reworded(resolution.error, `the value ${resolution.error.message}`);
    return { changes: [], problems: [error], pendingRestart };
  }
  const { value } = resolution;
  const before = state.snapshot?.value;
  const { arrayKey, secrets } = tools.policy;
  const changes = changesBetween(before, value, { arrayKey, secrets, at: [] });
  const problems = refusals(value, tools).map((error) =>
    reworded(error, `the value ${error.message}`),
  );
  if (changes.length > 0) problems.push(...(await vetoes(state, value, tools)));
  return { changes, problems, pendingRestart };
}

async function vetoes(
  { snapshot }: ConfigState,
  value: unknown,
  { subject, trigger }: CycleTools,
): Promise<readonly HoldfastError[]> {
  const version = (snapshot?.version ?? 0) + 1;
  const change = { value, previous: snapshot?.value, version, trigger };
  const asking = { change, subject, reload: SILENT };
  const found: HoldfastError[] = [];
  for (const participant of concerned(subject.participants, asking)) {
    const veto = await ask(participant, 'canApply', asking);
    if (veto) found.push(veto);
  }
  return found;
}
