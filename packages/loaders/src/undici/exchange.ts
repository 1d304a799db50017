import { LoadError } from '@holdfast/core';
import type { Dispatcher } from 'undici';
import { type Fields, onlyField } from '../http/fields.ts';
import type { Answer, Inquiry } from '../http/transport.ts';
import { Reception } from '../http/reception.ts';
import { transportError } from '../http/transport-error.ts';
import { tooLate } from '../internal/too-late.ts';
import { dispatchTo } from './dispatch-to.ts';

/**
 * Sends one request and reads its answer.
 *
 * @throws {LoadError} when no whole answer came. Rejects with the signal's reason, at once, when that aborts; where its time was
 * over, with how far the answer was.
 */
export function exchange(way: Way, inquiry: Inquiry): Promise<Answer> {
  return new Promise((resolve, reject) => {
    new Exchange(way, inquiry, resolve, reject).start();
  });
}

/** What a request goes over. */
interface Way {
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  /** It is not to be used again. */
  retire(): void;
}

/**
 * One object for everything that a request needs (undici's handler, the abort listener, the state), since 304s are
 * the common answer and each closure, stream or controller would show in their cost.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #way: Way;
  readonly #inquiry: Inquiry;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #answered = false;
  #settled = false;
  #status = 0;
  #fields: Fields = {};
  #body: Reception | undefined;

  constructor(
    way: Way,
    inquiry: Inquiry,
    resolve: (answer: Answer) => void,
    reject: (error: Error) => void,
  ) {
    this.#way = way;
    this.#inquiry = inquiry;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    this.#inquiry.signal.addEventListener('abort', this);
    dispatchTo(this.#way.dispatcher, this.#inquiry, this);
  }

  /** The signal aborted. */
  handleEvent(): void {
    const { signal, write } = this.#inquiry;
    const came = this.#status || undefined;
    this.#fail((write ? signal.reason : tooLate(signal.reason, came, this.#body?.part)) as Error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled) controller.abort(new Error('aborted'));
    else this.#inquiry.write?.sending?.();
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
    // it has no body, but may tell the length of the document: undici would wait for that, and fail
    if (status === 304) return this.#settle();
    const told = onlyField(fields, 'content-length');
    const declared = told === undefined ? undefined : Number(told);
    this.#body = new Reception(this.#reads, declared, this.#inquiry.limits.maxWireBytes);
    if (declared !== undefined && declared > this.#body.most) this.#giveUp();
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (!this.#settled && !this.#body?.add(chunk)) this.#giveUp();
  }

  onResponseEnd(): void {
    if (!this.#settled) this.#settle();
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: unknown): void {
    if (this.#settled) return;
    const { loader, doing, target } = this.#inquiry;
    const answered = this.#answered;
    this.#fail(transportError(error, { loader, doing, hostPort: target.hostPort, answered }));
  }

  /** Whether the body is a document; what was written is only acknowledged. */
  get #reads(): boolean {
    return this.#status === 200 && this.#inquiry.write === undefined;
  }

  /** The body is too long: of a document that is a failure, of anything else its status is all that we want. */
  #giveUp(): void {
    const { loader, doing = 'load', limits } = this.#inquiry;
    if (!this.#reads) {
      this.#settle();
      return this.#abandon();
    }
    const what = `the body is longer than ${limits.maxWireBytes} bytes on the wire (limits.maxWireBytes)`;
    this.#fail(
      new LoadError(`Cannot ${doing} ${loader}: ${what}`, { failure: 'body', status: 200 }),
    );
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
    this.#way.retire();
    this.#controller?.abort(new Error('abandoned'));
  }
}
