import type { JsonValue } from '../ports/json.ts';
import type { Evidence, Validator } from '../ports/loader.ts';

/** The last accepted document of one source. Its validator was accepted with it, never before. */
export interface SourceDocument {
  /** Sealed. */
  readonly raw: JsonValue;
  /** As they were loaded; absent for a loader that gives values. */
  readonly bytes: Uint8Array | undefined;
  /** Of a value that was decoded or migrated: what was loaded, as JSON. Absent where that is `raw`. */
  readonly text?: string;
  readonly validator: Validator | undefined;
  /** The validator cannot yet tell two versions of one second apart: the next poll goes without it. */
  readonly young: boolean;
  readonly doNotStore: boolean;
  readonly evidence?: Evidence | undefined;
  /** Name of the one of several loaders that gave it. Absent where there is one. */
  readonly from?: string;
  /** Steps of migrations that it went through, as `1 -> 2`. Absent for none. */
  readonly migrated?: readonly string[];
}

/** Something that an operator lays over the documents. */
export interface Override {
  readonly id: string;
  /** Raw JSON, merged over the documents and the overrides before it. Sealed. */
  readonly patch: JsonValue;
  /** Of the patch as text. */
  readonly bytes: number;
  readonly by: string;
  readonly reason: string;
  /** Wall-clock time in milliseconds at which it was set. */
  readonly at: number;
  /** Wall-clock time in milliseconds at which it ends by itself. */
  readonly expiresAt?: number | undefined;
  /** A restart keeps it. */
  readonly persist: boolean;
}

/** What is not to come into force again by itself, until `unpin()`. */
export interface Pin {
  /** `document`: only the barred ones wait; `all`: whatever the sources bring. */
  readonly kind: 'document' | 'all';
  /** By index of the source: raw documents that were rolled back from, or what was written down of them. */
  readonly barred: readonly (readonly JsonValue[])[];
  readonly by: string;
  readonly reason: string;
  /** Wall-clock time in milliseconds. */
  readonly at: number;
}

/** Everything that the value in force is computed from. Replaced as a whole by a commit, never written to. */
export interface Inputs {
  /** By index of the source. */
  readonly documents: readonly (SourceDocument | undefined)[];
  /** In the order in which they are laid over the documents. Absent for none. */
  readonly overrides?: readonly Override[];
  /** The first merged document that was in force, of which restart-only fields stay. Absent where there are none. */
  readonly started?: unknown;
  /** Absent where nobody said anything of pins yet: then that of before the restart counts, once it is read. */
  readonly pin?: Pin | undefined;
  /** Somebody took these away, or `all`, before those of before the restart were read: they do not count. */
  readonly cleared?: 'overrides' | 'all';
}

/** `inputs` with another document of one source. */
export function withDocument(
  inputs: Inputs,
  source: number,
  document: SourceDocument | undefined,
): Inputs {
  return { ...inputs, documents: inputs.documents.with(source, document) };
}

/** Whether these are the same documents, with nothing of operators that `than` has not. */
export function isLess({ documents, overrides = [], pin }: Inputs, than: Inputs): boolean {
  const kept = overrides.every((override) => than.overrides?.includes(override));
  return documents === than.documents && kept && (pin === undefined || pin === than.pin);
}
