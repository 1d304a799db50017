import { LoadError, type WatchRequest } from '@holdfast/core';
import type { EventSourceMessage } from 'eventsource-parser';
import { fieldOf, type Fields, onlyField } from '../http/fields.ts';
import { headersFor } from '../http/request-headers.ts';
import { printable } from '../internal/printable.ts';
import { statusError, type Unwatchable } from '../push/status-error.ts';
import { type Heard, withinSilence } from '../push/within-silence.ts';
import { openStanding } from '../undici/open-standing.ts';
import { stream } from '../undici/stream.ts';
import type { EventsPolicy } from './options.ts';

/** What a header can carry; ids of control characters, or beyond a sane length, are not sent back. */
const SENDABLE = /^[^\p{Cc}]{1,1024}$/u;

/** The stream of one server, one connection after the other. */
export class EventStream {
  readonly #policy: EventsPolicy;
  /** Where in the stream we are: of the stream, not of any document. */
  #lastEventId = '';

  constructor(policy: EventsPolicy) {
    this.#policy = policy;
  }

  watch(request: WatchRequest): Promise<void> {
    return withinSilence(request, this.#policy, (heard) => this.#connect(request, heard));
  }

  async #connect(request: WatchRequest, { signal, heard }: Heard): Promise<void> {
    const policy = this.#policy;
    const { name: loader, target } = policy;
    const [own, data] = await Promise.all([
      headersFor(policy.headers, loader, signal),
      this.#reader(request, heard),
    ]);
    signal.throwIfAborted();
    const connection = await openStanding(policy, signal);
    const begin = (status: number, fields: Fields): void => {
      checkHead(loader, { status, fields, now: request.time.now() });
      heard();
      request.connected();
    };
    try {
      signal.throwIfAborted();
      const headers = [...own, ...this.#resume()];
      await stream(connection.dispatcher, { loader, target, headers, signal, begin, data });
    } finally {
      await connection.destroy();
    }
  }

  /** Asks for what came since. Not where documents are pushed: those of the past would come after newer ones. */
  #resume(): readonly string[] {
    if (this.#lastEventId === '' || this.#policy.documentsPushed) return [];
    const bytes = new TextEncoder().encode(this.#lastEventId);
    return ['last-event-id', String.fromCharCode(...bytes)];
  }

  /** Reads the bytes of one connection. */
  async #reader(request: WatchRequest, heard: () => void): Promise<(chunk: Uint8Array) => void> {
    const { createParser } = await import('eventsource-parser');
    const { maxWireBytes } = request.limits;
    const decoder = new TextDecoder('utf-8', { fatal: true });
    // what stands for bytes that are none would pass for part of a document
    const decode = (chunk: Uint8Array): string => {
      try {
        return decoder.decode(chunk, { stream: true });
      } catch {
        throw this.#unreadable('the stream is not UTF-8');
      }
    };
    const parser = createParser({
      maxBufferSize: maxWireBytes,
      onEvent: (event) => this.#tell(event, request),
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded')
          throw this.#unreadable(
            `an event is longer than ${maxWireBytes} bytes (limits.maxWireBytes)`,
          );
      },
    });
    return (chunk) => {
      heard();
      parser.feed(decode(chunk));
    };
  }

  #tell({ id, event = 'message', data }: EventSourceMessage, request: WatchRequest): void {
    if (id !== undefined) this.#lastEventId = SENDABLE.test(id) ? id : '';
    const meaning = this.#policy.meaningOf(event);
    if (meaning === 'nothing') return;
    const { name: pushedBy } = this.#policy;
    if (meaning === 'document') request.offer({ raw: new TextEncoder().encode(data), pushedBy });
    // a document, too, is confirmed: a proxy may have kept it back while it was edited again
    request.changed();
  }

  #unreadable(what: string): LoadError {
    return new LoadError(`Cannot watch ${this.#policy.name}: ${what}`, { failure: 'body' });
  }
}

function checkHead(loader: string, head: Unwatchable & { readonly fields: Fields }): void {
  const { status, fields } = head;
  if (status !== 200) throw statusError(loader, 'no stream', head);
  const fail = (what: string): LoadError =>
    new LoadError(`Cannot watch ${loader}: the answer is ${what}`, { failure: 'body', status });
  const type = onlyField(fields, 'content-type') ?? '';
  if (!/^text\/event-stream\s*(?:;|$)/i.test(type)) {
    const told = type === '' ? 'no content type' : printable(type);
    throw fail(`${told}, not text/event-stream`);
  }
  // a stream that cannot be read would pass for one that says nothing
  const encoding = fieldOf(fields, 'content-encoding') || 'identity';
  if (!/^identity$/i.test(encoding))
    throw fail(`in ${printable(encoding)}, which was not asked for (Content-Encoding)`);
}
