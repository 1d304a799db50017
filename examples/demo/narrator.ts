import { type Change, formatPath, type NextPoll } from '@holdfast/core';
import type { ConfigServerRequest } from '@holdfast/testing/config-server';
import { paint, Printer } from './print.ts';
import type { Message, Serving, Told } from './told.ts';

/** Turns what happened into lines. It knows nothing but what it is handed. */
export class Narrator extends Printer {
  #lastFault = '';

  /** A request, as the server saw it. */
  request(request: ConfigServerRequest | undefined, remark = ''): void {
    if (request === undefined) return;
    const { method, path, headers, status } = request;
    const { 'if-none-match': tag } = headers;
    const condition = tag === undefined ? '' : `  If-None-Match: ${short(tag)}`;
    this.line(
      'server',
      `${method} ${path}${condition}  ${paint('bold', `→ ${status}`)}${remark && `  ${remark}`}`,
    );
  }

  /** Another value is in force: one line for it, and one per leaf that differs. */
  changed({ data, serving }: Message<'config.changed'>): void {
    const { changes, trigger } = data;
    this.line('app', `version ${serving.version} is in force (${trigger})`);
    for (const change of changes) this.line('app', `  ${describeChange(change)}`);
  }

  refused({ data, serving }: Message<'document.refused'>): void {
    // a refused document is downloaded again at each poll, and refused again
    if (this.#isNew(data.error.message)) {
      this.line('app', `${paint('red', 'refused:')} ${data.error.message}`);
      this.serving(serving);
    }
  }

  /** What is worth a line when nobody waits for anything in particular. */
  any(message: Message): void {
    if (is('config.changed', message)) this.changed(message);
    else if (is('document.refused', message)) this.refused(message);
    else if (is('document.held', message)) this.held((message.data.until ?? 0) - message.data.at);
    else if (is('status.changed', message)) this.serving(message.serving);
  }

  /** How a poll ended, and when the next one is. */
  polled({ data }: Message<'poll.finished'>, of = '', remark = ''): void {
    const { outcome, next, at } = data;
    const { message } = outcome.kind === 'failed' ? outcome.error : { message: '' };
    if (this.#isNew(message)) this.line('app', `${paint('red', 'failed:')} ${message}`);
    const kind = outcome.kind === 'failed' ? paint('red', 'failed') : outcome.kind;
    this.line('app', `${of}${kind}; ${describeNext(next, at)}${remark}`);
  }

  held(forMs: number): void {
    const text = `the next one waits ${(forMs / 1_000).toFixed(2)} s, until the window opens`;
    this.line('app', `${paint('yellow', 'held:')} ${text}`);
  }

  serving({ state, version, value }: Serving): void {
    const { pool, rateLimit, logLevel } = value;
    const values = `pool.size ${pool.size}, rateLimit ${rateLimit}, logLevel ${logLevel}`;
    const trust = paint(state === 'fresh' ? 'green' : 'yellow', state);
    this.line('app', `${trust}: serves version ${version}, ${values}`);
  }

  /** Whether a fault is another one than the last. */
  #isNew(message: string): boolean {
    const isNew = message !== '' && message !== this.#lastFault;
    this.#lastFault = message;
    return isNew;
  }
}

function is<K extends keyof Told>(type: K, message: Message): message is Message<K> {
  return message.type === type;
}

/** Milliseconds from a poll to the next one. */
export function waitOf({ data }: Message<'poll.finished'>): number {
  return (data.next?.at ?? Infinity) - data.at;
}

function describeChange(change: Change): string {
  const path = formatPath(change.path).padEnd(18);
  const before = 'before' in change ? paint('red', JSON.stringify(change.before)) : '';
  const after = 'after' in change ? paint('green', JSON.stringify(change.after)) : '';
  const between = change.kind === 'changed' ? ' → ' : '';
  return `${path} ${before}${between}${after}${change.kind === 'changed' ? '' : ` (${change.kind})`}`;
}

function describeNext(next: NextPoll | undefined, now: number): string {
  if (next === undefined) return 'no next poll';
  return `next poll in ${((next.at - now) / 1_000).toFixed(2)} s (${next.because})`;
}

function short(tag: string): string {
  return tag.length > 10 ? `${tag.slice(0, 7)}…"` : tag;
}
