import {
  type Change,
  type HoldfastError,
  isHoldfastError,
  type JsonValue,
  LoadError,
  type LoaderTime,
} from '@holdfast/core';
import {
  changesBetween,
  copyJson,
  equalBytes,
  hideValues,
  parseJson,
  redactChanges,
} from '@holdfast/core/json';
import { OptionChecks } from '@holdfast/core/options';
import { ask } from '../http/ask.ts';
import { onlyField } from '../http/fields.ts';
import type { Answer, Write } from '../http/transport.ts';
import { reasonIn } from '../internal/reason-in.ts';
import { HttpClient } from '../undici/http-client.ts';
import { conditionHeader } from './condition.ts';
import { mergePatch } from './merge-patch.ts';
import type { PublisherPolicy } from './options.ts';
import type { Current, CurrentBytes, Published } from './publisher.ts';
import { pathsOf, PublishError, reasonOf } from './publish-error.ts';

/** What the documents of a config may be; there are no limits of a config here. */
const LIMITS = { maxWireBytes: 2 ** 26, maxBytes: 2 ** 26, maxDepth: 64, maxKeys: 1_000_000 };

/** Any other 2xx leaves it open whether the document is in its place (RFC 9110 §15.3.3). */
const DONE = new Set([200, 201, 203, 204, 205]);

/** What is to be written. */
interface Attempt extends Write {
  readonly type: string;
  readonly condition: readonly [string, string];
  /**
   * What the document will be, made of what is there.
   *
   * @throws {HoldfastError} `DECODE_FAILED` where it is no JSON.
   */
  after(there: JsonValue | undefined): Promise<JsonValue>;
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
    // it would be published as a text, in quotes
    if (typeof document === 'string')
      throw check.fail(
        'document',
        'a JSON value that is no text, or bytes',
        document,
        'a text: parse it',
      );
    const header = conditionHeader(check, condition);
    const body =
      document instanceof Uint8Array ? document : encode(jsonOf(check, 'document', document));
    const type = 'application/json';
    return this.#write({
      method: 'PUT',
      body,
      type,
      condition: header,
      after: () => parseJson(body),
    });
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
    const { bytes, etag } = await this.readBytes();
    try {
      return { document: bytes && (await parseJson(bytes)), etag };
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      const said = `Cannot load ${this.#policy.http.name}: its document ${error.message}`;
      throw new LoadError(`${said}; readBytes() gives it as it is`, {
        retry: 'slow',
        cause: error,
      });
    }
  }

  readBytes(): Promise<CurrentBytes> {
    return this.#inTime((signal) => this.#readBytes(signal));
  }

  async #readBytes(signal: AbortSignal): Promise<CurrentBytes> {
    const { http } = this.#policy;
    const time = this.#time;
    const result = await this.#client.send({ signal, time }, (transport, own) => {
      const request = { signal, time, limits: LIMITS };
      return ask({ policy: http, transport, request, own, target: http.target, hops: 0 });
    });
    if (result.kind !== 'loaded') return { bytes: undefined, etag: undefined };
    return { bytes: result.raw as Uint8Array, etag: result.validator?.etag };
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #write(attempt: Attempt): Promise<Published> {
    return this.#inTime((signal) => this.#writeBy(attempt, signal));
  }

  async #writeBy(attempt: Attempt, signal: AbortSignal): Promise<Published> {
    const answer = await this.#send(attempt, signal);
    const { status, fields } = answer;
    if (DONE.has(status)) return { status, etag: onlyField(fields, 'etag') };
    if (status === 412) throw await this.#conflict(attempt, signal);
    const { name, target } = this.#policy.http;
    const message = `Cannot publish to ${name}: ${target.hostPort} answered status ${status}: ${reasonOf(status)}`;
    const mayHaveWorked = status < 300 || status === 408 || status >= 500;
    throw new PublishError('PUBLISH_FAILED', message, { status, mayHaveWorked });
  }

  async #send({ method, body, type, condition }: Attempt, signal: AbortSignal): Promise<Answer> {
    const { name: loader, target } = this.#policy.http;
    let sent = false;
    try {
      return await this.#client.send({ signal, time: this.#time }, (transport, own) => {
        const headers = [...own, ...transport.headers, 'content-type', type, ...condition];
        const write = { method, body, sending: () => void (sent = true) };
        return transport.exchange({ loader, target, headers, signal, limits: LIMITS, write });
      });
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      throw unanswered(error, { name: loader, sent });
    }
  }

  async #conflict(attempt: Attempt, signal: AbortSignal): Promise<PublishError> {
    const [name] = attempt.condition;
    const { http, secrets } = this.#policy;
    const { hostPort } = http.target;
    const what =
      name === 'if-none-match'
        ? 'has a document already'
        : 'has another version than the one in ifMatch';
    const start = `Cannot publish to ${http.name}: ${hostPort} ${what} (status 412)`;
    const status = 412;
    let current: CurrentBytes;
    try {
      current = await this.#readBytes(signal);
    } catch (cause) {
      return new PublishError('CONFLICT', `${start}, which could not be read`, { status, cause });
    }
    const { etag } = current;
    try {
      const changes = await changesOf(attempt, current);
      const told = secrets ? redactChanges(changes, secrets) : hideValues(changes);
      const message = `${start}; publishing would change ${pathsOf(changes)}`;
      return new PublishError('CONFLICT', message, { status, changes: told, etag });
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      // the error itself is not kept: it quotes what is no JSON, and that may be secret
      const message = `${start}; what publishing would change can be told of JSON only`;
      return new PublishError('CONFLICT', message, { status, etag });
    }
  }

  /** One limit for a whole call, whatever requests it makes. Rejects at the time-out, whoever listens to the signal. */
  async #inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, timeoutMs, http } = this.#policy;
    const abort = new AbortController();
    const message = `Cannot load ${http.name}: no whole answer within ${timeoutMs} ms (timeoutMs)`;
    const expire = (): void => abort.abort(new LoadError(message, { failure: 'timeout' }));
    const timer = clock.setTimer(timeoutMs, expire, { keepAlive: true });
    try {
      return await work(abort.signal);
    } finally {
      timer.cancel();
    }
  }
}

/** What an attempt would change. Bytes that are there already change nothing, JSON or not. */
async function changesOf(attempt: Attempt, { bytes }: CurrentBytes): Promise<readonly Change[]> {
  if (attempt.method === 'PUT' && bytes && equalBytes(bytes, attempt.body)) return [];
  const there = bytes && (await parseJson(bytes));
  return changesBetween(there ?? {}, await attempt.after(there));
}

/** No answer came. */
function unanswered(
  error: HoldfastError,
  { name, sent }: { name: string; sent: boolean },
): PublishError {
  // all below speaks as of a loader
  const said = `Cannot publish to ${name}: ${reasonIn(error.message, name)}`;
  const message = sent ? `${said}; it may have been published: read() tells` : said;
  return new PublishError('PUBLISH_FAILED', message, { mayHaveWorked: sent, cause: error.cause });
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
