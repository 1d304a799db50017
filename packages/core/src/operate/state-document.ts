import { fingerprint } from '../document/fingerprint.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Inputs, Override, Pin } from '../state/inputs.ts';
import type { NamedSnapshot } from '../state/named-snapshot.ts';
import type { OperatedConfig } from './operated-config.ts';
import { withMarkers } from './secret-markers.ts';

/** All that the configs of a manager are, as one JSON document. Secrets are left out: markers stand for them. */
export interface StateDocument extends StateBody {
  /** SHA-256 over all the rest, in canonical form. */
  readonly checksum: string;
}

/** A {@link StateDocument} without its checksum. */
export interface StateBody {
  /** Says what it is. */
  readonly holdfast: 'state';
  /** Of this form. */
  readonly version: 1;
  /** Wall-clock time in milliseconds at which it was written. */
  readonly at: number;
  /** By name. */
  readonly configs: Readonly<Record<string, ConfigStateDocument>>;
}

/** What the value of a config is computed from. */
export interface LayersDocument {
  /** The document of each source by its name; `null` where it has none. */
  readonly sources: Readonly<Record<string, SourceStateDocument | null>>;
  /** The lowest first. */
  readonly overrides: readonly OverrideDocument[];
}

/** What one config is. */
export interface ConfigStateDocument extends LayersDocument {
  /** `null` for none. */
  readonly pin: PinDocument | null;
  /** The oldest first. */
  readonly snapshots: readonly SnapshotDocument[];
}

/** What one source gave. Its validator stays behind: the next poll reads the document as a whole. */
export interface SourceStateDocument {
  /** Raw. */
  readonly document: JsonValue;
  /** No cache may keep it. */
  readonly doNotStore?: boolean;
}

/** What is laid over the documents. */
export type OverrideDocument = Omit<Override, 'bytes'>;

/** What does not come into force by itself. */
export interface PinDocument extends Omit<Pin, 'barred'> {
  /** Raw documents by name of the source. */
  readonly barred: Readonly<Record<string, readonly JsonValue[]>>;
}

/** A snapshot with all that it is computed from. */
export interface SnapshotDocument
  extends LayersDocument, Omit<NamedSnapshot, 'inputs' | 'sizes' | 'value'> {}

/** All that these configs are, as of now: between two transactions, never within one. */
export async function stateDocument(
  configs: readonly OperatedConfig[],
  at: number,
): Promise<StateDocument> {
  const entries = configs.map((config) => [config.policy.name, configDocument(config)] as const);
  const body: StateBody = {
    holdfast: 'state',
    version: 1,
    at,
    configs: Object.fromEntries(entries),
  };
  // undefined members are no JSON
  const json = JSON.parse(JSON.stringify(body)) as StateBody;
  return { ...json, checksum: await checksumOf(json) };
}

/** What the checksum of a document with this body must be. */
export function checksumOf(body: StateBody): Promise<string> {
  return fingerprint(body as unknown as JsonValue);
}

function configDocument(config: OperatedConfig): ConfigStateDocument {
  const { state, operator } = config;
  const snapshots = (operator?.snapshots ?? []).map(
    ({ inputs, sizes: _sizes, value: _value, ...info }) => ({
      ...info,
      ...layersOf(config, inputs),
    }),
  );
  return { ...layersOf(config, state.inputs), pin: pinOf(config, state.inputs.pin), snapshots };
}

function layersOf(
  { policy }: OperatedConfig,
  { documents, overrides = [] }: Inputs,
): LayersDocument {
  const sources = policy.sources.map(({ name }, i) => {
    const found = documents[i];
    if (found === undefined) return [name, null] as const;
    const document = withMarkers(policy, found.raw);
    return [name, { document, ...(found.doNotStore && { doNotStore: true }) }] as const;
  });
  return {
    sources: Object.fromEntries(sources),
    overrides: overrides.map(({ bytes: _bytes, ...one }) => ({
      ...one,
      patch: withMarkers(policy, one.patch),
    })),
  };
}

function pinOf({ policy }: OperatedConfig, pin: Pin | undefined): PinDocument | null {
  if (pin === undefined) return null;
  const barred = policy.sources.map(
    ({ name }, i) => [name, (pin.barred[i] ?? []).map((raw) => withMarkers(policy, raw))] as const,
  );
  return { ...pin, barred: Object.fromEntries(barred) };
}
