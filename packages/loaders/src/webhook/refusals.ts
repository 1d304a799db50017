import type { Clock } from '@holdfast/core';

/** A request that was not taken: for whoever runs the webhook. Its sender is told no more than the status. */
export interface RefusedWebhook {
  /** What was wrong, for machines: a word of a short list, such as `clock` or `secret`. */
  readonly code: string;
  /** The same for people. Nothing of what was sent is quoted. */
  readonly message: string;
  /** What the sender was answered with. */
  readonly status: number;
  /** How many there were for this reason since the last call, this one too. */
  readonly count: number;
}

/** The same reason is told again no sooner: a flood must fill no log. */
const QUIET_MS = 60_000;

/** Why a request is not taken, and what its sender is answered with. */
const REASONS = {
  method: [405, 'it is no POST'],
  path: [400, 'its path has no last part that can be read'],
  // told to senders, too: it is a fault of the program, and not of theirs
  parsed: [
    400,
    'the body was read already, or is no text: a body parser must leave the raw bytes, since the signature is of them',
  ],
  id: [401, 'webhook-id is missing, or is no id'],
  timestamp: [401, 'webhook-timestamp is missing, or is no number of seconds since 1970'],
  clock: [401, 'webhook-timestamp is more than 300 s from our time: one of the clocks is wrong'],
  version: [401, 'webhook-signature is missing, or has none of the version v1'],
  secret: [401, 'none of our secrets made the signature: another secret, or another body'],
  replay: [401, 'it came before, byte for byte'],
  places: [429, 'too many bodies are read at a time'],
  remembered: [429, 'more messages within ten minutes than are remembered (maxRemembered)'],
  late: [408, 'its body took too long, and others waited'],
  broken: [400, 'its body broke off'],
  long: [413, 'its body is longer than maxBytes'],
  message: [400, 'its body is no document for one config'],
  name: [400, 'its config_name is not the config that the path names'],
  unknown: [404, 'no loader is watched by that name'],
} as const;

const ANSWERS = {
  400: 'bad request',
  401: 'unauthorized',
  404: 'unknown config',
  405: 'POST only',
  408: 'too slow',
  413: 'too long',
  429: 'too many',
} as const;

/** Why a request is not taken. */
type Reason = keyof typeof REASONS;

/** Who is told of requests that are not taken; where the time comes from. */
export interface RefusalPolicy {
  readonly onRefused: ((refused: RefusedWebhook) => unknown) | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

/** Answers what is not taken, and tells why. */
export class Refusals {
  readonly #tell: RefusalPolicy['onRefused'];
  readonly #clock: RefusalPolicy['clock'];
  /** Of each reason: how many were not told, and since when. */
  readonly #untold = new Map<Reason, { count: number; readonly since: number }>();

  constructor({ onRefused, clock }: RefusalPolicy) {
    this.#tell = onRefused;
    this.#clock = clock;
  }

  answer(code: Reason): Response {
    const [status, message] = REASONS[code];
    if (this.#tell) this.#note(code, this.#tell);
    const told = code === 'parsed' ? message : ANSWERS[status];
    const headers: Record<string, string> = { 'content-type': 'text/plain; charset=utf-8' };
    if (status === 405) headers['allow'] = 'POST';
    if (status === 429) headers['retry-after'] = '60';
    return new Response(`${told}\n`, { status, headers });
  }

  #note(code: Reason, tell: (refused: RefusedWebhook) => unknown): void {
    const now = this.#clock.now();
    const last = this.#untold.get(code);
    const count = (last?.count ?? 0) + 1;
    if (last && Math.abs(now - last.since) < QUIET_MS) return void (last.count = count);
    this.#untold.set(code, { count: 0, since: now });
    const [status, message] = REASONS[code];
    // what it throws, now or later, must not reach the sender
    void Promise.resolve({ code, message, status, count })
      .then(tell)
      .catch(() => {});
  }
}
