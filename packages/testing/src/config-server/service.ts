import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Documents, Served } from './documents.ts';
import { isKnown } from './documents.ts';
import type { ConfigServerFault, FaultQueue } from './fault.ts';
import { play, send } from './play.ts';

/** One request as the server saw it. */
export interface ConfigServerRequest {
  /** Wall-clock time in milliseconds at which it came. */
  readonly at: number;
  /** In capitals. */
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** With the query. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders;
  /** What was answered; undefined while there is no answer, and where there never was one. */
  readonly status: number | undefined;
  /** The fault that it met. */
  readonly fault: ConfigServerFault['kind'] | undefined;
}

type Noted = { -readonly [key in keyof ConfigServerRequest]: ConfigServerRequest[key] };

/** What {@link Service} is made of. */
export interface ServiceParts {
  readonly documents: Documents;
  readonly faults: FaultQueue;
  /** Whether to send `Date`. */
  readonly date: boolean;
  now(): number;
}

const NOTHING: Served = { bytes: Buffer.from('{}'), headers: {}, always: true, options: {} };

/** Answers requests: rightly, or with the fault whose turn it is. */
export class Service {
  readonly requests: ConfigServerRequest[] = [];
  readonly #parts: ServiceParts;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const noted = this.#note(request);
    response.sendDate = this.#parts.date;
    response.on('error', () => undefined); // the client may leave at any time
    request.resume();
    const served = this.#parts.documents.get(noted.path);
    const fault = this.#parts.faults.take(noted.path);
    noted.fault = fault?.kind;
    noted.status = fault
      ? await play(fault, response, served ?? NOTHING)
      : right(request, response, served);
  }

  #note({ method = 'GET', url = '/', headers }: IncomingMessage): Noted {
    const path = url.split('?', 1)[0]!;
    const at = this.#parts.now();
    const noted: Noted = { at, method, path, url, headers, status: undefined, fault: undefined };
    this.requests.push(noted);
    return noted;
  }
}

function right(
  request: IncomingMessage,
  response: ServerResponse,
  served: Served | undefined,
): number {
  const { method } = request;
  if (method !== 'GET' && method !== 'HEAD')
    return send(response, 405, { allow: 'GET, HEAD' }, 'Only GET and HEAD');
  if (!served) return send(response, 404, { 'content-type': 'text/plain' }, 'No such document');
  if (isKnown(served, request.headers)) return send(response, 304, served.headers, '');
  return send(response, 200, served.headers, served.bytes);
}
