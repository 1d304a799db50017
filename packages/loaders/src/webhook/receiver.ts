import { OptionChecks } from '@holdfast/core/options';
import { type Delivery, delivery } from './delivery.ts';
import type { WebhookPolicy } from './options.ts';
import { type Place, Places } from './places.ts';
import { readBody } from './read-body.ts';
import { Refusals } from './refusals.ts';
import type { Routes } from './routes.ts';
import { SeenMessages } from './seen-messages.ts';
import { type Claim, claimOf, Signatures } from './signature.ts';

/** Takes requests in the order of what they cost: first what the head alone refuses, then the body, then its signature. */
export class Receiver {
  readonly #policy: WebhookPolicy;
  readonly #routes: Routes;
  readonly #signatures: Signatures;
  readonly #seen: SeenMessages;
  readonly #places: Places;
  readonly #refusals: Refusals;

  constructor(policy: WebhookPolicy, routes: Routes) {
    this.#policy = policy;
    this.#routes = routes;
    this.#signatures = new Signatures(policy.secrets);
    this.#seen = new SeenMessages(policy.maxRemembered);
    this.#places = new Places(policy.clock);
    this.#refusals = new Refusals(policy);
  }

  async handle(request: Request, given?: string): Promise<Response> {
    checkRequest(request);
    if (request.method !== 'POST') return this.#refusals.answer('method');
    if (request.bodyUsed || request.body?.locked) return this.#refusals.answer('parsed');
    const route = given ?? routeOf(request.url);
    if (route === undefined) return this.#refusals.answer('path');
    const { secrets, clock } = this.#policy;
    if (secrets.length === 0) return this.#deliver({ config: route });
    const claim = claimOf(request.headers, clock.now());
    if (typeof claim === 'string') return this.#refusals.answer(claim);
    const place = this.#places.take();
    if (place === undefined) return this.#refusals.answer('places');
    try {
      return await this.#receive(request, claim, { route, place });
    } finally {
      place.leave();
    }
  }

  async #receive(
    request: Request,
    claim: Claim,
    { route, place }: { readonly route: string; readonly place: Place },
  ): Promise<Response> {
    const { maxBytes, acceptDocuments, clock } = this.#policy;
    const body = await readBody(request, maxBytes, place.signal);
    if (typeof body === 'string') return this.#refusals.answer(body);
    if (!(await this.#signatures.verify(claim, body)))
      return this.#refusals.answer(isObjectText(body) ? 'parsed' : 'secret');
    const judged = this.#seen.judge(claim, clock.now());
    if (judged === 'again') return taken();
    if (judged !== 'new') return this.#refusals.answer(judged);
    const what = acceptDocuments ? delivery(route, body) : { config: route };
    if (typeof what === 'string') return this.#refusals.answer(what);
    const delivered = this.#deliver(what);
    if (delivered.ok) this.#seen.add(claim, clock.now());
    return delivered;
  }

  #deliver({ config, document }: Delivery): Response {
    const told = this.#routes.to(config);
    if (told.length === 0) return this.#refusals.answer('unknown');
    const loaded = document === undefined ? undefined : { raw: document, pushedBy: 'a webhook' };
    for (const pokes of told) pokes.poke(loaded);
    return taken();
  }
}

function taken(): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  return new Response('accepted\n', { status: 202, headers });
}

/** A request of Express or Fastify has lost its bytes already. @throws {HoldfastError} `INVALID_OPTIONS` */
function checkRequest(request: unknown): void {
  const { headers, method, url } = (request ?? {}) as Partial<Request>;
  const isRequest = typeof headers?.get === 'function' && typeof method === 'string';
  if (isRequest && typeof url === 'string') return;
  const check: OptionChecks = new OptionChecks('handle() of webhook()', ['request']);
  const rule = 'a Request of the Fetch API, made with the raw bytes of the body';
  throw check.fail('request', rule, request);
}

/** The last part of the path; undefined when it is none. */
function routeOf(url: string): string | undefined {
  try {
    const last = new URL(url, 'http://localhost').pathname.split('/').at(-1)!;
    return decodeURIComponent(last);
  } catch {
    return undefined;
  }
}

/** What an object becomes when it is given as a body. */
function isObjectText(body: Uint8Array): boolean {
  return new TextDecoder().decode(body.subarray(0, 16)) === '[object Object]';
}
