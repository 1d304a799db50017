import { inspect } from 'node:util';
import {
  type ConfigHandle,
  type ConfigManager,
  type HoldfastEvent,
  type Loader,
  type Logger,
  isHoldfastError,
} from '@holdfast/core';
import { BASIC, SECRET } from './case.ts';
import type { Order, PollReport } from './order.ts';
import { POLLING } from './polling.ts';

/** What a busy machine may add to a deadline. */
const TOLERANCE_MS = 2_000;

/** No message may be longer. */
const MAX_MESSAGE = 500;

/** Whatever moves the cursor of a terminal, or begins a line of its own, is not. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u;

/** Looks at everything that the SDK says of one case, and at what no answer may change. */
export class Watcher {
  readonly number: number;
  readonly polls: PollReport[] = [];
  readonly findings: string[] = [];
  readonly healed: Promise<void>;
  readonly logger: Logger;
  readonly #hostPort: string;
  /** Monotonic times at which loads began. */
  readonly #loads: number[] = [];
  #counted = 0;
  #heal!: () => void;
  #underWay = false;
  #loader!: Loader;
  #app: ConfigHandle<unknown> | undefined;
  #current: unknown;

  constructor({ number, port }: Order) {
    this.number = number;
    this.#hostPort = `127.0.0.1:${port}`;
    this.healed = new Promise((resolve) => (this.#heal = resolve));
    const line = (message: string, fields: object): void => this.#said('log line', message, fields);
    this.logger = { debug: line, info: line, warn: line, error: line };
  }

  find(what: string): void {
    if (!this.findings.includes(what)) this.findings.push(what);
  }

  /** A load begins; gives its number. */
  load(now: number): number {
    return this.#loads.push(now);
  }

  /** From before the first event on. */
  watch(manager: ConfigManager, loader: Loader, register: () => ConfigHandle<unknown>): void {
    this.#loader = loader;
    manager.on('*', (event) => this.#event(event));
    manager.on('poll.started', () => {
      if (this.#underWay) this.find('a poll within a poll');
      this.#underWay = true;
    });
    manager.on('poll.finished', (event) => this.#finished(event));
    manager.on('listener.failed', () => this.find('a listener failed'));
    this.#app = register();
  }

  /** After the close: nothing may happen any more. */
  closed(): void {
    this.#bound();
    this.#said('status', '', this.#app!.status);
    const { state } = this.#app!.status;
    if (state !== 'closed') this.find(`the state after close() is ${state}`);
  }

  #finished({ outcome, durationMs }: HoldfastEvent<'poll.finished'>): void {
    if (!this.#underWay) this.find('an outcome without a poll');
    this.#underWay = false;
    if (durationMs > POLLING.deadlineMs + TOLERANCE_MS) this.find(`a poll of ${durationMs} ms`);
    const document: unknown = this.#app!.source().document();
    const error = 'error' in outcome ? outcome.error : undefined;
    if (error) this.#error(error);
    this.#inForce(outcome.kind, document);
    const loads = this.#loads.slice(this.#counted).map((_, index) => this.#counted + index + 1);
    this.#counted = this.#loads.length;
    const { code = '', message = '' } = error ?? {};
    this.polls.push({ loads, kind: outcome.kind, code, message, document });
    const healed = (document as { healed?: unknown } | undefined)?.healed === this.number;
    if (healed && outcome.kind !== 'failed' && outcome.kind !== 'refused') this.#heal();
  }

  /** `current` is the last accepted document, and stays the same object until there is another one. */
  #inForce(kind: string, document: unknown): void {
    if (document === undefined) return;
    const { current } = this.#app!;
    if (current !== document) this.find('`current` is not the last accepted document');
    if (kind !== 'accepted' && current !== this.#current)
      this.find(`another value after "${kind}"`);
    this.#current = current;
  }

  #error(error: unknown): void {
    if (!isHoldfastError(error)) return this.find(`an error of another kind: ${inspect(error)}`);
    const { code, message } = error;
    if (!code) this.find('an error without a code');
    for (const part of [this.#loader.name, this.#hostPort]) {
      if (!message.includes(part)) this.find(`an error that does not name ${part}: ${message}`);
    }
  }

  #event(event: HoldfastEvent): void {
    // the documents may hold what the origin echoed: they are nobody's error
    if (event.type === 'config.changed') return;
    this.#said(event.type, 'error' in event ? event.error?.message : '', event);
  }

  #said(where: string, message = '', fields: object): void {
    if (message.length > MAX_MESSAGE)
      this.find(`${where}: a message of ${message.length} characters`);
    if (!PRINTABLE.test(message)) this.find(`${where}: not printable: ${JSON.stringify(message)}`);
    const all = message + inspect(fields, { depth: 12, showHidden: true, maxStringLength: null });
    for (const secret of [SECRET, BASIC]) {
      const at = all.indexOf(secret);
      if (at !== -1) this.find(`${where} tells a secret: ${all.slice(Math.max(0, at - 80), at)}…`);
    }
  }

  /** In any time T at most 2 + T / `minIntervalMs` loads. */
  #bound(): void {
    const times = this.#loads;
    for (let from = 0; from < times.length; from += 1) {
      for (let to = from + 2; to < times.length; to += 1) {
        const most = 2 + (times[to]! - times[from]!) / POLLING.minIntervalMs;
        if (to - from + 1 > most + 0.5)
          return this.find(`${to - from + 1} loads where ${most.toFixed(2)} are allowed`);
      }
    }
  }
}
