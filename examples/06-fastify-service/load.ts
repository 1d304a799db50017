// Stands in for the users of the service: they keep it busy, and count what it answers.
import { EventEmitter, once } from 'node:events';

/** How many requests are under way at any time. */
const CLIENTS = 20;

export class Load {
  /** How many answers had which status; `no answer` is what nobody wants to see. */
  readonly answers: Record<string, number> = {};
  readonly #answered = new EventEmitter();
  readonly #stop = new AbortController();
  readonly #address: string;
  readonly #clients: Promise<void>[];

  constructor(address: string) {
    this.#address = address;
    this.#clients = Array.from({ length: CLIENTS }, () => this.#ask());
  }

  /** What the server says of itself. */
  async health(): Promise<string> {
    const response = await fetch(`${this.#address}/health`);
    return response.text();
  }

  /** Resolves when so many more requests were answered. */
  async more(count: number): Promise<void> {
    for (let seen = 0; seen < count; seen += 1) await once(this.#answered, 'answer');
  }

  /** No more requests; resolves when those under way are answered. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#clients);
  }

  async #ask(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const status = await statusOf(this.#address);
      this.answers[status] = (this.answers[status] ?? 0) + 1;
      this.#answered.emit('answer');
    }
  }
}

async function statusOf(url: string): Promise<string> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return String(response.status);
  } catch {
    return 'no answer';
  }
}
