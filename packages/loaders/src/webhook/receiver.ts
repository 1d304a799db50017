import { OptionChecks } from '@holdfast/core/options';
import type { Pokes } from '../push/pokes.ts';
import { answer } from './answer.ts';
import { delivery } from './delivery.ts';
import type { WebhookPolicy } from './options.ts';
import { readBody } from './read-body.ts';
import { SeenMessages } from './seen-messages.ts';
import { type Claim, claimOf, Signatures } from './signature.ts';

/** Bodies that are read at once: with `maxBytes` the bound of what strangers can have us hold. */
const MOST_AT_ONCE = 64;

const READ_ALREADY =
  'the body was read already, or is no text: a body parser must leave the raw bytes, since the signature is of them';

/** Takes requests in the order of what they cost: first what the head alone refuses, then the body, then its signature. */
export class Receiver {
  readonly #policy: WebhookPolicy;
  readonly #routes: ReadonlyMap<string, Pokes>;
  readonly #signatures: Signatures;
  readonly #seen: SeenMessages;
  #reading = 0;

  constructor(policy: WebhookPolicy, routes: ReadonlyMap<string, Pokes>) {
    this.#policy = policy;
    this.#routes = routes;
    this.#signatures = new Signatures(policy.secrets);
    this.#seen = new SeenMessages(policy.maxRemembered);
  }

  async handle(request: Request, given?: string): Promise<Response> {
    checkRequest(request);
    if (request.method !== 'POST') return answer(405);
    if (request.bodyUsed) return answer(400, READ_ALREADY);
    const route = given ?? routeOf(request.url);
    if (route === undefined) return answer(400);
    const { secrets, clock } = this.#policy;
    if (secrets.length === 0) return this.#deliver(route);
    const claim = claimOf(request.headers, clock.now());
    if (claim === undefined) return answer(401);
    if (this.#reading >= MOST_AT_ONCE) return answer(429);
    this.#reading += 1;
    try {
      return await this.#receive(request, claim, route);
    } catch {
      // a body that broke off
      return answer(400);
    } finally {
      this.#reading -= 1;
    }
  }

  async #receive(request: Request, claim: Claim, route: string): Promise<Response> {
    const { maxBytes, acceptDocuments, clock } = this.#policy;
    const body = await readBody(request, maxBytes);
    if (body === undefined) return answer(413);
    if (!(await this.#signatures.verify(claim, body)))
      return isObjectText(body) ? answer(400, READ_ALREADY) : answer(401);
    const judged = this.#seen.judge(claim, clock.now());
    if (judged === 'replay') return answer(401);
    if (judged === 'again') return answer(202);
    if (judged === 'full') return answer(429);
    const delivered = this.#deliver(route, acceptDocuments ? body : undefined);
    if (delivered.ok) this.#seen.add(claim, clock.now());
    return delivered;
  }

  #deliver(route: string, body?: Uint8Array): Response {
    const what = delivery(route, body);
    if (what === undefined) return answer(400);
    const { config, document } = what;
    const told = config === '*' ? [...this.#routes.values()] : [this.#routes.get(config)];
    for (const pokes of told) {
      if (pokes === undefined) return answer(404);
      pokes.poke(document === undefined ? undefined : { raw: document });
    }
    return answer(202);
  }
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
