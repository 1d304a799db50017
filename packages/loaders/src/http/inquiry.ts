import type { Fields } from './fields.ts';
import type { Target } from './target.ts';

/** One request. */
export interface Inquiry {
  /** Name of the loader, for messages. */
  readonly loader: string;
  readonly target: Target;
  /** Name and value by turns. */
  readonly headers: readonly string[];
  readonly signal: AbortSignal;
  readonly maxWireBytes: number;
}

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly fields: Fields;
  /** As it was on the wire, still encoded. Only of a 200; other bodies are read and thrown away. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}
