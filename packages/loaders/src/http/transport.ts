import type { Limits } from '@holdfast/core';
import type { Fields } from './fields.ts';
import type { Target } from './target.ts';

/** One request. */
export interface Inquiry {
  /** Name of the loader, for messages. */
  readonly loader: string;
  /** What it is for, for messages, too. @default {'load'} */
  readonly doing?: 'load' | 'watch' | undefined;
  readonly target: Target;
  /** Name and value by turns. */
  readonly headers: readonly string[];
  readonly signal: AbortSignal;
  readonly limits: Limits;
  /** What is written instead of read; a transport of a loader only reads. */
  readonly write?: Write | undefined;
}

/** A request that changes what it is about. */
export interface Write {
  readonly method: 'PUT' | 'PATCH';
  readonly body: Uint8Array;
  /** Told when a connection stands, right before the request is sent over it: from then on it may have worked. */
  sending?(): void;
}

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly fields: Fields;
  /** Still encoded where the transport says how to decode it. Only of a 200 to a GET; other bodies are read and thrown away. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * The document inside a body, alone in a buffer of its own, at offset 0.
 *
 * @throws {BodyFault} when there is none, or more than `maxBytes` of it.
 */
export type Decode = (
  body: Uint8Array<ArrayBuffer>,
  encoding: string | undefined,
  maxBytes: number,
) => Promise<Uint8Array<ArrayBuffer>>;

/** Why a body is no good. Its message is the end of a sentence that begins with the loader's name. */
export class BodyFault extends Error {}

/** A way to send requests: all that differs between the loaders. */
export interface Transport {
  /** What each request says about this way, name and value by turns. */
  readonly headers: readonly string[];
  /** For a way that leaves bodies as they are on the wire. */
  readonly decode?: Decode | undefined;
  /**
   * Sends one GET and reads its answer.
   *
   * @throws {LoadError} when no whole answer came. Rejects with the signal's reason, at once, when that aborts.
   */
  exchange(inquiry: Inquiry): Promise<Answer>;
}
