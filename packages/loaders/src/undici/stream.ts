import type { Dispatcher } from 'undici';
import type { Fields } from '../http/fields.ts';
import type { Target } from '../http/target.ts';
import { transportError } from '../http/transport-error.ts';
import { dispatchTo } from './dispatch-to.ts';

/** A request whose answer is read as it comes. */
export interface StreamInquiry {
  /** Name of who asks, for messages. */
  readonly loader: string;
  readonly target: Target;
  /** Name and value by turns. */
  readonly headers: readonly string[];
  readonly signal: AbortSignal;
  /** The head of the answer. Throws when it is not what was asked for. */
  begin(status: number, fields: Fields): void;
  /** A piece of the body. Throws when it cannot be used, which ends the stream. */
  data(chunk: Uint8Array): void;
}

/**
 * Sends one GET and hands on its answer as it comes. Resolves when the body ends.
 *
 * @throws {LoadError} when the connection fails. Rejects with the signal's reason, at once, when that aborts, and with
 * what `begin` and `data` throw.
 */
export function stream(
  dispatcher: Pick<Dispatcher, 'dispatch'>,
  inquiry: StreamInquiry,
): Promise<void> {
  return new Promise((resolve, reject) => {
    new Stream(inquiry, resolve, reject).start(dispatcher);
  });
}

class Stream implements Dispatcher.DispatchHandler {
  readonly #inquiry: StreamInquiry;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #answered = false;

  constructor(inquiry: StreamInquiry, resolve: () => void, reject: (error: unknown) => void) {
    this.#inquiry = inquiry;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(dispatcher: Pick<Dispatcher, 'dispatch'>): void {
    this.#inquiry.signal.addEventListener('abort', this);
    dispatchTo(dispatcher, this.#inquiry, this);
  }

  /** The signal aborted. */
  handleEvent(): void {
    this.#fail(this.#inquiry.signal.reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#inquiry.signal.aborted) controller.abort(new Error('aborted'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, fields: Fields): void {
    if (status < 200) return;
    this.#answered = true;
    this.#guard(() => this.#inquiry.begin(status, fields));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#guard(() => this.#inquiry.data(chunk));
  }

  onResponseEnd(): void {
    this.#inquiry.signal.removeEventListener('abort', this);
    this.#resolve();
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: unknown): void {
    const { loader, target } = this.#inquiry;
    const answered = this.#answered;
    const where = { loader, doing: 'watch', hostPort: target.hostPort } as const;
    this.#fail(transportError(error, { ...where, answered }));
  }

  #guard(step: () => void): void {
    if (this.#inquiry.signal.aborted) return;
    try {
      step();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#inquiry.signal.removeEventListener('abort', this);
    this.#reject(error);
    this.#controller?.abort(new Error('abandoned'));
  }
}
