import { HoldfastError } from '../lazy-base.ts';
import type { Inputs, Override } from '../state/inputs.ts';
import type { CycleTools } from './tools.ts';
import type { Draft, Resolved } from './draft.ts';
import { inTheWay } from './in-the-way.ts';
import { inTime } from './in-time.ts';
import { mergeLayers } from './merge-layers.ts';
import { refusals } from './refusals.ts';
import { Reload } from './reload.ts';
import type { Resolution } from './resolve.ts';

/** What came of trying inputs. */
export type Attempt =
  | { readonly kind: 'value'; readonly resolved: Resolved; readonly reload: Reload | undefined }
  | {
      readonly kind: 'refused';
      /** Without the name of what is refused: `does not fit the schema: …`. */
      readonly error: HoldfastError;
      /** Another input could change the verdict. */
      readonly contextual: boolean;
      readonly reload: Reload;
    };

/** What `inputs` amount to: merged, checked by the schema, then by rules and contracts. */
export async function attempt(inputs: Inputs, draft: Draft, tools: CycleTools): Promise<Attempt> {
  const { policy } = tools;
  const { snapshot } = draft.before;
  const { merged, pendingRestart } = mergeLayers(policy, inputs, {
    before: snapshot,
    shares: sharesAlready(draft, tools),
  });
  const facts = { inputs, merged, pendingRestart };
  if (snapshot !== undefined && merged === snapshot.merged) {
    return { kind: 'value', resolved: { ...facts, value: snapshot.value }, reload: undefined };
  }
  const reload = new Reload(tools);
  const resolution = await check(merged, tools);
  if (resolution.kind === 'value') {
    const { value } = resolution;
    const [refused] = refusals(value, tools);
    if (refused) return { kind: 'refused', error: refused, contextual: true, reload };
    reload.validated(snapshot?.value, value);
    return { kind: 'value', resolved: { ...facts, merged: resolution.merged, value }, reload };
  }
  const blamed = await overridesInTheWay(inputs, tools);
  if (blamed === undefined) {
    const contextual = policy.sources.length > 1;
    return { kind: 'refused', error: resolution.error, contextual, reload };
  }
  const { code, message } = resolution.error;
  const error = new HoldfastError(code, `${message}; it would do without ${blamed}`);
  return { kind: 'refused', error, contextual: true, reload };
}

/** What arrives shares with the document before it; that is what is in force where nothing was laid over it. */
function sharesAlready({ before }: Draft, { proposal }: CycleTools): boolean {
  const { snapshot, inputs } = before;
  if (proposal.kind === 'inputs') return false;
  return snapshot === undefined || snapshot.merged === inputs.documents[0]?.raw;
}

/** What a schema is asked with. */
export type CheckTools = Pick<CycleTools, 'policy' | 'context' | 'resolve'>;

/** The schema's verdict, in time. */
export async function check(merged: unknown, tools: CheckTools): Promise<Resolution> {
  const resolution = tools.resolve(merged);
  if (!(resolution instanceof Promise)) return resolution;
  return inTime(resolution, tools, (limit) => {
    const text = `could not be checked: the schema did not answer within ${limit}`;
    return { kind: 'refused', error: new HoldfastError('SCHEMA_FAILED', text) };
  });
}

/** So often at most the schema is asked for who is in the way. */
const MOST_LOOKS = 16;

/** The overrides without which documents would do, for people; where there are many, maybe only some of them. */
async function overridesInTheWay(inputs: Inputs, tools: CycleTools): Promise<string | undefined> {
  const { overrides = [] } = inputs;
  // who sets one asks about that one, and no other is to blame
  if (overrides.length === 0 || tools.proposal.kind === 'inputs') return undefined;
  const would = async (left: readonly Override[]): Promise<boolean> => {
    const { merged } = mergeLayers(tools.policy, { ...inputs, overrides: left });
    return (await check(merged, tools)).kind === 'value';
  };
  if (!(await would([]))) return undefined;
  const { found, all } = await inTheWay(overrides, would, MOST_LOOKS - 1);
  const named = found.map(({ id, by, reason }) => `override ${id} by ${by} (${reason})`).join(', ');
  if (all) return named;
  const some = `some of ${overrides.length} overrides`;
  return found.length === 0 ? some : `${some}, among them ${named}`;
}
