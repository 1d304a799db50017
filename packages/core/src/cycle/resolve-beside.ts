import type { StandardSchemaV1 } from '@standard-schema/spec';
import { LARGE_BYTES } from '../document/sizes.ts';
import { Whole, validateChanged } from '../document/validate-changed.ts';
import { seal, VALUE_LIMITS } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { SourceDocument } from '../state/inputs.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { Resolution } from './resolve.ts';

/** Schemas that are asked about whole documents alone: those that answer later, or are not made of parts. */
const wholes = new WeakSet<StandardSchemaV1>();

/** A config, as far as a document is held against what is in force. */
interface InForce {
  readonly policy: Pick<ConfigPolicy, 'schema'>;
  readonly state: Pick<ConfigState, 'inputs' | 'snapshot'>;
  resolve(merged: unknown, before: Snapshot | undefined): Resolution | Promise<Resolution>;
}

/**
 * What a merged document amounts to beside what is in force. Of a large one only what changed is validated, where the
 * schema is made of parts; what these do not tell, as with all that is not valid, the whole does.
 */
export function resolveBeside(config: InForce, merged: unknown): Resolution | Promise<Resolution> {
  const { schema } = config.policy;
  const { snapshot, inputs } = config.state;
  if (schema === undefined || wholes.has(schema)) return config.resolve(merged, snapshot);
  const changed =
    snapshot && inputs.documents.some(isLarge) && resolveChanged(schema, merged, snapshot);
  if (changed) return changed;
  const whole = config.resolve(merged, snapshot);
  if (whole instanceof Promise)
    void whole.then(
      ({ kind }) => kind === 'value' && wholes.add(schema),
      () => {},
    );
  return whole;
}

/** A value that came without bytes counts as large, since nobody measured it. */
function isLarge(document: SourceDocument | undefined): boolean {
  if (document === undefined) return false;
  const { bytes, text } = document;
  return ((bytes ?? text)?.length ?? Infinity) >= LARGE_BYTES;
}

function resolveChanged(
  schema: StandardSchemaV1,
  merged: unknown,
  { merged: input, value: output }: Snapshot,
): Resolution | undefined {
  try {
    const value = validateChanged(schema, merged, { input, output });
    const sealed = value === merged ? merged : seal(value, output, VALUE_LIMITS);
    return { kind: 'value', merged, value: sealed };
  } catch (thrown) {
    if (thrown instanceof Whole) wholes.add(schema);
    return undefined;
  }
}
