import {
  type Change,
  type HoldfastError,
  isHoldfastError,
  isLoadError,
  type JsonValue,
  LoadError,
  type LoaderTime,
} from '@holdfast/core';
import {
  changesBetween,
  copyJson,
  hideValues,
  parseJson,
  redactChanges,
} from '@holdfast/core/json';
import { OptionChecks } from '@holdfast/core/options';
import { ask } from '../http/ask.ts';
import { onlyField } from '../http/fields.ts';
import type { Answer, Write } from '../http/transport.ts';
import { HttpClient } from '../undici/http-client.ts';
import { conditionHeader } from './condition.ts';
import { mergePatch } from './merge-patch.ts';
import type { PublisherPolicy } from './options.ts';
import type { Current, Published } from './publisher.ts';
import { pathsOf, PublishError, reasonOf } from './publish-error.ts';

/** What the documents of a config may be; there are no limits of a config here. */
const LIMITS = { maxWireBytes: 2 ** 26, maxBytes: 2 ** 26, maxDepth: 64, maxKeys: 1_000_000 };

const DONE = new Set([200, 201, 204]);

/** What is to be written. */
interface Attempt extends Write {
  readonly type: string;
  readonly condition: readonly [string, string];
  /** What the document will be, made of what is there; undefined for what is no JSON. */
  after(there: JsonValue | undefined): Promise<JsonValue | undefined>;
}

/** One origin that is written to. */
export class HttpPublisher {
  readonly #policy: PublisherPolicy;
  readonly #client: HttpClient;
  readonly #time: LoaderTime;

  constructor(policy: PublisherPolicy) {
    this.#policy = policy;
    const { clock, http } = policy;
    this.#client = new HttpClient(http);
    this.#time = { now: () => clock.now(), monotonic: () => clock.monotonic(), sleep: never };
  }

  async put(document: unknown, condition: unknown): Promise<Published> {
    const check: OptionChecks = new OptionChecks('publish()', ['document']);
    const header = conditionHeader(check, condition);
    const body =
      document instanceof Uint8Array ? document : encode(jsonOf(check, 'document', document));
    const after = (): Promise<JsonValue | undefined> => parseJson(body).catch(() => undefined);
    const type = 'application/json';
    return this.#write({ method: 'PUT', body, type, condition: header, after });
  }

  async patch(patch: unknown, condition: unknown): Promise<Published> {
    const check: OptionChecks = new OptionChecks('patch()', ['patch']);
    const header = conditionHeader(check, condition);
    const json = jsonOf(check, 'patch', patch);
    return this.#write({
      method: 'PATCH',
      body: encode(json),
      type: 'application/merge-patch+json',
      condition: header,
      after: async (there) => mergePatch(there, json),
    });
  }

  async read(): Promise<Current> {
    const { http } = this.#policy;
    const time = this.#time;
    const result = await this.#inTime('Cannot load', (signal) =>
      this.#client.send({ signal, time: this.#time }, (transport, own) => {
        const request = { signal, time, limits: LIMITS };
        return ask({ policy: http, transport, request, own, target: http.target, hops: 0 });
      }),
    );
    if (result.kind !== 'loaded') return { document: undefined, etag: undefined };
    const document = await parseJson(result.raw as Uint8Array);
    return { document, etag: result.validator?.etag };
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #write(attempt: Attempt): Promise<Published> {
    const answer = await this.#send(attempt);
    const { status, fields } = answer;
    if (DONE.has(status)) return { status, etag: onlyField(fields, 'etag') };
    if (status === 412) throw await this.#conflict(attempt);
    const { name, target } = this.#policy.http;
    const message = `Cannot publish to ${name}: ${target.hostPort} answered status ${status}: ${reasonOf(status)}`;
    const mayHaveWorked = status >= 500 || status === 408;
    throw new PublishError('PUBLISH_FAILED', message, { status, mayHaveWorked });
  }

  async #send({ method, body, type, condition }: Attempt): Promise<Answer> {
    const { name: loader, target } = this.#policy.http;
    let sent = false;
    try {
      return await this.#inTime('Cannot publish to', (signal) =>
        this.#client.send({ signal, time: this.#time }, (transport, own) => {
          const headers = [...own, ...transport.headers, 'content-type', type, ...condition];
          const write = { method, body };
          sent = true;
          return transport.exchange({ loader, target, headers, signal, limits: LIMITS, write });
        }),
      );
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      throw unanswered(error, { name: loader, sent });
    }
  }

  async #conflict(attempt: Attempt): Promise<PublishError> {
    const [name] = attempt.condition;
    const { http, secrets } = this.#policy;
    const { hostPort } = http.target;
    const what =
      name === 'if-none-match'
        ? 'has a document already'
        : 'has another version than the one in ifMatch';
    const start = `Cannot publish to ${http.name}: ${hostPort} ${what} (status 412)`;
    const status = 412;
    try {
      const { document, etag } = await this.read();
      const changes = changesFrom(document, await attempt.after(document));
      const told = secrets ? redactChanges(changes, secrets) : hideValues(changes);
      const message = `${start}; publishing would change ${pathsOf(changes)}`;
      return new PublishError('CONFLICT', message, { status, changes: told, etag });
    } catch (cause) {
      return new PublishError('CONFLICT', `${start}, which could not be read`, { status, cause });
    }
  }

  /** Rejects at the time-out, whoever listens to the signal. */
  async #inTime<T>(doing: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, timeoutMs, http } = this.#policy;
    const abort = new AbortController();
    const message = `${doing} ${http.name}: no whole answer within ${timeoutMs} ms (timeoutMs)`;
    const expire = (): void => abort.abort(new LoadError(message, { failure: 'timeout' }));
    const timer = clock.setTimer(timeoutMs, expire, { keepAlive: true });
    try {
      return await work(abort.signal);
    } finally {
      timer.cancel();
    }
  }
}

function changesFrom(
  there: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly Change[] {
  if (after === undefined) throw new Error('What is published is no JSON');
  return changesBetween(there ?? {}, after);
}

/** No answer came. Where no connection stood, nothing was sent either. */
function unanswered(
  error: HoldfastError,
  { name, sent }: { name: string; sent: boolean },
): PublishError {
  const { failure = 'other', retry } = isLoadError(error) ? error : {};
  // `status` is a proxy's; a connection that was lost had stood
  const unsent =
    !sent || ['tls', 'status'].includes(failure) || (failure === 'connect' && retry !== 'now');
  const start = `Cannot load ${name}: `;
  const said = error.message.startsWith(start)
    ? `Cannot publish to ${name}: ${error.message.slice(start.length)}`
    : error.message;
  const message = unsent ? said : `${said}; it may have been published: read() tells`;
  return new PublishError('PUBLISH_FAILED', message, {
    mayHaveWorked: !unsent,
    cause: error.cause,
  });
}

function jsonOf(check: OptionChecks, option: string, value: unknown): JsonValue {
  try {
    return copyJson(value, LIMITS.maxKeys);
  } catch {
    throw check.fail(option, 'JSON: objects, lists, texts, numbers, true, false or null', value);
  }
}

function encode(value: JsonValue): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function never(): Promise<void> {
  throw new Error('Requests do not wait');
}
