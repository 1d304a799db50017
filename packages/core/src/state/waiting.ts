import type { HoldfastError } from '../errors.ts';
import type { SourceDocument } from './inputs.ts';

/** A document that is not in force and not dropped either. At most one per source; its validator is never sent. */
export type Waiting =
  /** Beyond the limit of updates; proposed again, without a load, when the window opens (monotonic time). */
  | { readonly kind: 'held'; readonly document: SourceDocument; readonly opensAt: number }
  /** Refused by what it was compared with, so that an operator or another input can change the verdict. */
  | { readonly kind: 'kept'; readonly document: SourceDocument; readonly error: HoldfastError };
