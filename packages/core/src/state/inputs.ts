import type { JsonValue } from '../ports/json.ts';
import type { Evidence, Validator } from '../ports/loader.ts';

/** The last accepted document of one source. Its validator was accepted with it, never before. */
export interface SourceDocument {
  /** Sealed. */
  readonly raw: JsonValue;
  /** As they were loaded; absent for a loader that gives values. */
  readonly bytes: Uint8Array | undefined;
  readonly validator: Validator | undefined;
  /** The validator cannot yet tell two versions of one second apart: the next poll goes without it. */
  readonly young: boolean;
  readonly doNotStore: boolean;
  readonly evidence: Evidence | undefined;
}

/** Everything that the value in force is computed from. Replaced as a whole by a commit, never written to. */
export interface Inputs {
  /** By index of the source. */
  readonly documents: readonly (SourceDocument | undefined)[];
}

/** `inputs` with another document of one source. */
export function withDocument(inputs: Inputs, source: number, document: SourceDocument): Inputs {
  return { ...inputs, documents: inputs.documents.with(source, document) };
}
