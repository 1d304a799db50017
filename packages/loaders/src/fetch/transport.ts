import { isLoadError } from '@holdfast/core';
import type { Answer, Inquiry, Transport } from '../http/transport.ts';
import { tooLate } from '../internal/too-late.ts';
import { untilAborted } from '../internal/until-aborted.ts';
import type { FetchPolicy } from './options.ts';
import { fetchError } from './fetch-error.ts';
import { receive } from './receive.ts';

/** Requests by `fetch`. Connections and decoding are the platform's: nothing is held here. */
export class FetchTransport implements Transport {
  readonly headers: readonly string[];
  readonly #policy: FetchPolicy;

  constructor(policy: FetchPolicy) {
    this.#policy = policy;
    this.headers = policy.encodings.headers;
  }

  async exchange(inquiry: Inquiry): Promise<Answer> {
    const { loader, target, signal } = inquiry;
    // of its own, since platforms leave listeners on the signal, and that is used again by later loads
    const request = new AbortController();
    const stop = (): void => request.abort(signal.reason);
    signal.addEventListener('abort', stop);
    let status: number | undefined;
    try {
      const response = await untilAborted(this.#send(inquiry, request.signal), signal);
      ({ status } = response);
      return await untilAborted(receive(response, inquiry, this.#policy.encodings), signal);
    } catch (error) {
      // whatever is left of the answer would hold its connection
      request.abort();
      if (signal.aborted) throw tooLate(signal.reason, status);
      throw isLoadError(error)
        ? error
        : fetchError(error, { loader, hostPort: target.hostPort, answered: status !== undefined });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #send({ target, headers }: Inquiry, signal: AbortSignal): Promise<Response> {
    const { fetch = globalThis.fetch, init } = this.#policy;
    const fields: Record<string, string> = {};
    for (let i = 0; i < headers.length; i += 2) fields[headers[i]!] = headers[i + 1]!;
    const response = await fetch(target.href, { ...init, headers: fields, signal });
    // an own fetch may not listen to the signal: nobody waits for its answer any more
    if (signal.aborted) await response.body?.cancel();
    return response;
  }
}
