import type { Hints, JsonValue, Loaded, LoadRequest, LoadResult } from '@holdfast/core';
import { LoadError } from '@holdfast/core';
import { servedDocument } from './document.ts';
import type { MockDocumentOptions, ServedDocument } from './document.ts';

/** One load as a mock loader was asked for it. */
export interface MockLoad {
  /** Wall-clock time in milliseconds. */
  readonly at: number;
  /** The validator that came with the request. */
  readonly known: LoadRequest['known'];
  /** The signal that came with the request. */
  readonly signal: AbortSignal;
}

/** What a mock loader serves, and what goes wrong with it. */
export class Script {
  readonly asked: MockLoad[] = [];
  closes = 0;
  readonly #name: string;
  readonly #origin: string;
  #served: ServedDocument | undefined;
  #count = 0;
  #delayMs = 0;
  #failing: { times: number; error?: Error | undefined } = { times: 0 };
  #unchanged: { times: number; hints?: Hints | undefined } = { times: 0 };
  /** Loads that hang; undefined while none does. */
  #hanging: Set<() => void> | undefined;

  constructor(name: string, key: string) {
    this.#name = name;
    this.#origin = `mock:${key}`;
  }

  async load({ signal, time, known }: LoadRequest): Promise<LoadResult> {
    this.asked.push({ at: time.now(), known, signal });
    signal.throwIfAborted();
    const answer = this.#answer(known);
    const hanging = this.#hanging;
    if (hanging) await new Promise<void>((resolve) => void hanging.add(resolve));
    else if (this.#delayMs > 0) await time.sleep(this.#delayMs, signal);
    if (answer instanceof Error) throw answer;
    return answer;
  }

  next(raw: JsonValue | Uint8Array, options?: MockDocumentOptions): Loaded {
    this.#count += 1;
    this.#served = servedDocument(this.#origin, this.#count, raw, options);
    return this.#served.loaded;
  }

  close(): void {
    this.closes += 1;
  }

  absent(): void {
    this.#served = undefined;
  }

  unchanged(times: number, hints?: Hints): void {
    this.#unchanged = { times, hints };
  }

  fail(times: number, error?: Error): void {
    this.#failing = { times, error };
  }

  delay(ms: number): void {
    this.#delayMs = ms;
  }

  hang(): void {
    this.#hanging ??= new Set();
  }

  release(): void {
    const hanging = this.#hanging ?? [];
    this.#hanging = undefined;
    for (const resume of hanging) resume();
  }

  heal(): void {
    this.fail(0);
    this.unchanged(0);
    this.delay(0);
    this.release();
  }

  #answer(known: LoadRequest['known']): LoadResult | Error {
    if (this.#failing.times > 0) {
      this.#failing.times -= 1;
      return this.#failing.error ?? refused(this.#name);
    }
    if (this.#unchanged.times > 0) {
      this.#unchanged.times -= 1;
      return { kind: 'unchanged', hints: this.#unchanged.hints };
    }
    if (!this.#served) return { kind: 'absent' };
    const { loaded } = this.#served;
    if (this.#served.matches(known)) return { kind: 'unchanged', hints: loaded.hints };
    return { kind: 'loaded', ...loaded };
  }
}

function refused(name: string): LoadError {
  return new LoadError(`Cannot load ${name}: connection refused`, { failure: 'connect' });
}
