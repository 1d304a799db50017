import {
  type ConfigHandle,
  formatPath,
  type Hints,
  type JsonValue,
  LoadError,
  type Loaded,
  type LoadRequest,
  type LoadResult,
  type Path,
  type SourceStatus,
  type SourceView,
  type WatchRequest,
} from '@holdfast/core';
import { fingerprint, getAt } from '@holdfast/core/json';
import { untilAborted } from '../internal/until-aborted.ts';

/** Which part of what. */
export interface PartOptions {
  readonly app: Pick<ConfigHandle<unknown>, 'name' | 'status' | 'refresh'>;
  readonly view: SourceView;
  readonly path: Path;
  /** Name of the source; its first one where undefined. */
  readonly source: string | undefined;
  /** Of the loader. */
  readonly name: string;
  readonly key: string;
}

/** Reads a part of a config's document, as fresh as that is. */
export class Part {
  readonly #options: PartOptions;
  /** An unchanged part is the same object, so that its hash is made once. */
  readonly #revisions = new WeakMap<object, Promise<string>>();

  constructor(options: PartOptions) {
    this.#options = options;
  }

  async load({ signal, known }: LoadRequest): Promise<LoadResult> {
    // a load may begin in the middle of a commit of the other config, which gave its slot away
    await Promise.resolve();
    signal.throwIfAborted();
    const { key } = this.#options;
    if (this.#isUnanswered())
      await untilAborted(this.#options.app.refresh({ ifOlderThanMs: Infinity }), signal);
    const failure = this.#failure();
    if (failure) throw failure;
    const part = this.#part();
    if (part === undefined) return { kind: 'absent', missing: this.#missing() };
    const revision = await this.#revisionOf(part);
    const hints = this.#hints();
    if (known?.origin === key && known.revision === revision) return { kind: 'unchanged', hints };
    return { kind: 'loaded', raw: part, validator: { origin: key, revision }, hints };
  }

  /** Passes on every accepted document in which this part is another one, until the signal aborts. */
  watch(request: WatchRequest): Promise<void> {
    const { signal } = request;
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((_, reject) => {
      let last = this.#part();
      const tell = (part: JsonValue | undefined): void => {
        if (part === undefined) request.changed();
        else request.offer(this.#loaded(part));
      };
      const stop = this.#options.view.onDocument(() => {
        const part = this.#part();
        if (part === last) return;
        last = part;
        tell(part);
      });
      const end = (): void => {
        stop();
        signal.removeEventListener('abort', end);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', end);
      request.connected();
      // what is in force there is good enough to begin with, though no poll brings it while the other config has trouble
      if (last !== undefined && this.#failure()) tell(last);
    });
  }

  /**
   * No poll of the other config has ended yet. Whoever refreshes it then waits for the one under way, or makes the first
   * one together with all other sections; and holds no slot that it needs.
   */
  #isUnanswered(): boolean {
    // a read, so that a lazy config begins
    this.#part();
    const { ageMs, lastFailure } = this.#status();
    return ageMs === undefined && lastFailure === undefined;
  }

  #part(): JsonValue | undefined {
    const { view, path } = this.#options;
    return getAt(view.document(), path) as JsonValue | undefined;
  }

  /** The config may be there, and have no such part. */
  #missing(): string | undefined {
    const { app, view, path } = this.#options;
    if (view.document() === undefined) return undefined;
    return `config ${JSON.stringify(app.name)} has nothing at ${formatPath(path)}`;
  }

  #loaded(raw: JsonValue): Loaded {
    return { raw, hints: this.#hints() };
  }

  #hints(): Hints {
    // an age of its own would begin anew at each poll
    return { doNotStore: true, ageMs: this.#status().ageMs };
  }

  #status(): SourceStatus {
    const { app, source } = this.#options;
    const { sources } = app.status;
    return sources.find(({ name }) => name === source) ?? sources[0]!;
  }

  #failure(): LoadError | undefined {
    const { app, name } = this.#options;
    const title = `Cannot load ${name}: config ${JSON.stringify(app.name)}`;
    if (app.status.state === 'closed')
      return new LoadError(`${title} is closed`, { retry: 'slow' });
    const { lastFailure, state } = this.#status();
    if (lastFailure) return new LoadError(`${title} is ${state}: ${lastFailure.message}`);
    return undefined;
  }

  #revisionOf(part: JsonValue): Promise<string> {
    if (typeof part !== 'object' || part === null) return fingerprint(part);
    const made = this.#revisions.get(part) ?? fingerprint(part);
    this.#revisions.set(part, made);
    return made;
  }
}
