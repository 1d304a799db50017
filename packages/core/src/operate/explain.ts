import { getAt, isPlainObject, provenanceOf } from '../lazy-base.ts';
import { parsePath, type Path } from '../document/path.ts';
import { redact } from '../document/redact.ts';
import type { Provenance } from '../state/status.ts';
import type { OperatedConfig } from './operated-config.ts';

/** What one layer has at a path. */
export interface LayerValue {
  /** Of the source or the override; `defaults` for those. */
  readonly name: string;
  /** What kind of layer it is. */
  readonly kind: 'defaults' | 'source' | 'override';
  /** What it has at the path, raw but for its secrets; undefined where it has nothing. */
  readonly value: unknown;
  /** Of a source: whether it confirmed its document since the start. */
  readonly from?: Provenance;
  /** Of an override: who set it, and why. */
  readonly by?: string;
  /** Of an override. */
  readonly reason?: string;
}

/** Where a value comes from. */
export interface Explanation {
  /**
   * The raw value at the path, all layers merged, without its secrets. Where no layer has one it is what the schema made
   * there; undefined where there is nothing at all.
   */
  readonly value: unknown;
  /**
   * Name of the highest layer that has something at the path; `schema` where none has and the schema made it, as its
   * defaults are; `start` where it, or a part of it, is kept until a restart; undefined where there is nothing at all.
   */
  readonly from: string | undefined;
  /** What `from` names: a source may be called `schema` or `start`, too. */
  readonly kind: LayerValue['kind'] | 'schema' | 'start' | undefined;
  /** Every layer, the highest first. */
  readonly layers: readonly LayerValue[];
}

/** What is at `path` of the merged document, who gave it, and what each other layer has there. */
export async function explain(config: OperatedConfig, path: string | Path): Promise<Explanation> {
  const at = parsePath(path);
  const shown = (value: unknown) => redact(getAt(value, at), config.policy.secrets, at);
  const { snapshot } = config.state;
  const own = layersOf(config).toReversed();
  const layers = own.map(({ value, ...layer }) => ({ ...layer, value: shown(value) }));
  if (await isKept(config, at))
    return { value: shown(snapshot?.merged), from: 'start', kind: 'start', layers };
  const highest = own.find(({ value }) => decides(value, at));
  if (highest && getAt(highest.value, at) !== undefined) {
    return { value: shown(snapshot?.merged), from: highest.name, kind: highest.kind, layers };
  }
  const value = shown(snapshot?.value);
  const made = value === undefined ? undefined : 'schema';
  return { value, from: made, kind: made, layers };
}

/** Whether the layers say something else by now, which waits for a restart. */
async function isKept({ policy, state }: OperatedConfig, path: Path): Promise<boolean> {
  const { snapshot, inputs } = state;
  if (!snapshot?.pendingRestart) return false;
  // the module of the cycle is there long since
  const { mergeLayers } = await import('../cycle/cycle.ts');
  const { merged } = mergeLayers(policy, { ...inputs, started: undefined }, { before: snapshot });
  return !Object.is(getAt(merged, path), getAt(snapshot.merged, path));
}

/** Whether a layer hides all below it at a path: by what it has there, or by a leaf or an array on the way. */
function decides(layer: unknown, path: Path): boolean {
  return (
    path.some((_, i) => {
      const above = getAt(layer, path.slice(0, i));
      return above !== undefined && !isPlainObject(above);
    }) || getAt(layer, path) !== undefined
  );
}

function layersOf(config: OperatedConfig): readonly LayerValue[] {
  const { policy, state } = config;
  const { documents, overrides = [] } = state.inputs;
  return [
    { name: 'defaults', kind: 'defaults', value: policy.defaults },
    ...policy.sources.map(({ name }, i): LayerValue => {
      const from = provenanceOf(config.factsOf(i));
      return { name, kind: 'source', value: documents[i]?.raw, from };
    }),
    ...overrides.map(({ id: name, patch, by, reason }): LayerValue => {
      return { name, kind: 'override', value: patch, by, reason };
    }),
  ];
}
