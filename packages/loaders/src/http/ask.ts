import type { LoadRequest, LoadResult } from '@holdfast/core';
import { readAnswer } from './answer.ts';
import type { CommonPolicy } from './options.ts';
import { redirectOf } from './redirect.ts';
import { resourceId } from './resource-id.ts';
import type { Target } from './target.ts';
import type { Answer, Inquiry, Transport } from './transport.ts';
import { conditionsFor } from './validator.ts';

/** One step of a load: a resource, and how many redirects led to it. */
export interface Visit {
  readonly policy: CommonPolicy;
  readonly transport: Transport;
  readonly request: LoadRequest;
  /** The user's headers, as they are for this load. */
  readonly own: readonly string[];
  readonly target: Target;
  readonly hops: number;
}

/** Asks one resource, and where that redirects, the next one. */
export async function ask(visit: Visit): Promise<LoadResult> {
  const { policy, transport, request, own, target, hops } = visit;
  const { name: loader, followRedirects: follow, keepHeaders } = policy;
  const { signal, limits } = request;
  // what is known is of one resource; with nothing known the request does not wait
  if (request.known && target.id === undefined) await identify(target);
  // transports hear of what aborts from now on, not of what has
  signal.throwIfAborted();
  const conditions = conditionsFor(request.known, target);
  const headers = own.concat(transport.headers, conditions);
  const answer = await exchange(transport, { loader, target, headers, signal, limits });
  const next = redirectOf(answer, target, { loader, follow, hops });
  if (next) return ask({ ...visit, target: next, hops: hops + 1 });
  const conditional = conditions.length > 0;
  const { decode } = transport;
  return readAnswer(answer, { loader, target, conditional, request, keepHeaders, decode });
}

async function identify(target: Target): Promise<void> {
  target.id = await resourceId(target.href);
}

/** The answer, when it is also known what it is about. */
function exchange(transport: Transport, inquiry: Inquiry): Promise<Answer> {
  const { target } = inquiry;
  const asking = transport.exchange(inquiry);
  if (target.id !== undefined) return asking;
  return Promise.all([asking, identify(target)]).then(([answer]) => answer);
}
