import type { LoadRequest, LoadResult } from '@holdfast/core';
import { readAnswer } from './answer.ts';
import type { CommonPolicy } from './options.ts';
import { redirectOf } from './redirect.ts';
import { resourceId } from './resource-id.ts';
import type { Target } from './target.ts';
import type { Answer, Transport } from './transport.ts';
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

/**
 * Asks one resource, and where that redirects, the next one. What an unchanged poll need not hold while it waits is made and
 * used elsewhere: each local here is room in every poll.
 */
export async function ask(visit: Visit): Promise<LoadResult> {
  const { request, target } = visit;
  // what is known is of one resource; with nothing known the request does not wait
  if (request.known && target.id === undefined) await identify(target);
  // transports hear of what aborts from now on, not of what has
  request.signal.throwIfAborted();
  const conditions = conditionsFor(request.known, target);
  return judge(visit, await exchange(visit, conditions), conditions.length > 0);
}

function judge(
  visit: Visit,
  answer: Answer,
  conditional: boolean,
): LoadResult | Promise<LoadResult> {
  const { policy, transport, request, target, hops } = visit;
  const { name: loader, followRedirects: follow, keepHeaders } = policy;
  const next = redirectOf(answer, target, { loader, follow, hops });
  if (next) return ask({ ...visit, target: next, hops: hops + 1 });
  const { decode } = transport;
  return readAnswer(answer, { loader, target, conditional, request, keepHeaders, decode });
}

/** The answer, when it is also known what it is about. */
function exchange(visit: Visit, conditions: readonly string[]): Promise<Answer> {
  const { policy, transport, request, own, target } = visit;
  const { signal, limits } = request;
  const headers = own.concat(transport.headers, conditions);
  const asking = transport.exchange({ loader: policy.name, target, headers, signal, limits });
  if (target.id !== undefined) return asking;
  return Promise.all([asking, identify(target)]).then(([answer]) => answer);
}

async function identify(target: Target): Promise<void> {
  target.id = await resourceId(target.href);
}
