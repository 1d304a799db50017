import { LoadError } from '@holdfast/core';
import type { Dispatcher } from 'undici';
import { ByteSink } from './byte-sink.ts';
import type { Connection } from './connection.ts';
import { type Fields, onlyField } from './fields.ts';
import type { Answer, Inquiry } from './inquiry.ts';
import { transportError } from './transport-error.ts';

/** An error page longer than this costs more to read than a new connection. */
const MAX_DRAINED_BYTES = 65_536;

/**
 * Sends one GET and reads its answer.
 *
 * @throws {LoadError} when no whole answer came. Rejects with the signal's reason, at once, when that aborts.
 */
export function exchange(connection: Connection, inquiry: Inquiry): Promise<Answer> {
  return new Promise((resolve, reject) => {
    new Exchange(connection, inquiry, resolve, reject).start();
  });
}

/**
 * One object for everything that a request needs (undici's handler, the abort listener, the state), since 304s are
 * the common answer and each closure, stream or controller would show in their cost.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #connection: Connection;
  readonly #inquiry: Inquiry;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #answered = false;
  #settled = false;
  #status = 0;
  #fields: Fields = {};
  #body: ByteSink | undefined;
  #drained = 0;

  constructor(
    connection: Connection,
    inquiry: Inquiry,
    resolve: (answer: Answer) => void,
    reject: (error: Error) => void,
  ) {
    this.#connection = connection;
    this.#inquiry = inquiry;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const { signal, target, headers } = this.#inquiry;
    signal.addEventListener('abort', this);
    try {
      this.#connection.dispatcher.dispatch(
        {
          origin: target.origin,
          path: target.path,
          method: 'GET',
          headers: headers as string[],
          // the deadline is the signal's; two more timers would cost and could only disagree
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        this,
      );
    } catch (error) {
      this.onResponseError(undefined, error);
    }
  }

  /** The signal aborted. */
  handleEvent(): void {
    this.#fail(this.#inquiry.signal.reason as Error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled) controller.abort(new Error('aborted'));
  }

  /** The first byte of an answer. */
  onResponseStarted(): void {
    this.#answered = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, fields: Fields): void {
    if (status < 200 || this.#settled) return;
    this.#answered = true;
    this.#status = status;
    this.#fields = fields;
    const declared = onlyField(fields, 'content-length');
    const length = declared === undefined ? undefined : Number(declared);
    if (status === 200) {
      if (length !== undefined && length > this.#inquiry.maxWireBytes) return this.#failTooLong();
      this.#body = new ByteSink(length);
    } else if (length !== undefined && length > MAX_DRAINED_BYTES) {
      this.#finish();
    }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#settled) return;
    if (this.#body === undefined) {
      this.#drained += chunk.length;
      if (this.#drained > MAX_DRAINED_BYTES) this.#finish();
    } else if (this.#body.length + chunk.length > this.#inquiry.maxWireBytes) {
      this.#failTooLong();
    } else {
      this.#body.add(chunk);
    }
  }

  onResponseEnd(): void {
    if (!this.#settled) this.#settle();
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: unknown): void {
    if (this.#settled) return;
    const { loader, target } = this.#inquiry;
    const answered = this.#answered;
    this.#fail(transportError(error, { loader, hostPort: target.hostPort, answered }));
  }

  #failTooLong(): void {
    const { loader, maxWireBytes } = this.#inquiry;
    const message = `Cannot load ${loader}: the body is longer than ${maxWireBytes} bytes on the wire`;
    this.#fail(new LoadError(message, { failure: 'body', status: this.#status }));
  }

  /** Settles with the status alone; the rest of the body is not worth reading. */
  #finish(): void {
    this.#settle();
    this.#abandon();
  }

  #settle(): void {
    this.#settled = true;
    this.#inquiry.signal.removeEventListener('abort', this);
    this.#resolve({ status: this.#status, fields: this.#fields, body: this.#body?.take() });
  }

  #fail(error: Error): void {
    this.#settled = true;
    this.#inquiry.signal.removeEventListener('abort', this);
    this.#reject(error);
    this.#abandon();
  }

  /**
   * Nothing that failed is used again. undici cannot abort what has no connection yet, and opens another connection
   * for what was aborted later: retiring the way as a whole prevents both.
   */
  #abandon(): void {
    this.#connection.retire();
    this.#controller?.abort(new Error('abandoned'));
  }
}
