import type { HoldfastError } from '../errors.ts';
import type { Inputs, SourceDocument } from './inputs.ts';

/** A document that is not in force and not dropped either. Its validator is never sent. */
export type Waiting =
  /** Beyond the limit of updates; proposed again, without a load, when the window opens. */
  | {
      readonly kind: 'held';
      readonly document: SourceDocument;
      /** Monotonic time. */
      readonly dueAt: number;
    }
  /** Refused by what it was compared with, so that an operator or another input can change the verdict. */
  | {
      readonly kind: 'kept';
      readonly document: SourceDocument;
      readonly error: HoldfastError;
    }
  /** A participant, or a rule that came while it was applied, would not have it: it is asked again. */
  | {
      readonly kind: 'vetoed';
      readonly document: SourceDocument;
      readonly error: HoldfastError;
      /** In a row. */
      readonly vetoes: number;
      /** Monotonic time. */
      readonly dueAt: number;
    }
  /** Pinned away by an operator or a health check, until `unpin()`. */
  | { readonly kind: 'barred'; readonly document: SourceDocument };

/** When it is to be proposed again by itself. */
export function dueTime(waiting: Waiting | undefined): number {
  return waiting?.kind === 'held' || waiting?.kind === 'vetoed' ? waiting.dueAt : Infinity;
}

/** Whether another input, or a check that is no more, can change the verdict. */
export function isRetryable(waiting: Waiting | undefined): boolean {
  if (waiting?.kind !== 'kept') return false;
  const { code } = waiting.error;
  return code === 'SCHEMA_FAILED' || code === 'CHECK_FAILED';
}

/** What a source is known to have had: what is in force of it, or was before the restart and is to be again. Pure. */
export function knownDocument(
  {
    inputs,
    cached,
  }: { readonly inputs: Inputs; readonly cached: readonly (Waiting | undefined)[] },
  source: number,
): SourceDocument | undefined {
  return inputs.documents[source] ?? cached[source]?.document;
}
