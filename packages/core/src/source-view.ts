import type { Config } from './config.ts';
import { noticeRead } from './state/due-on-read.ts';
import type { Unsubscribe } from './events.ts';
import { OptionCheck } from './options/check.ts';
import type { JsonValue } from './ports/json.ts';

/** The accepted raw document of one source of a config: before merging, schema and defaults. */
export class SourceView {
  readonly #config: Config;
  readonly #index: number;

  /** @internal */
  constructor(config: Config, name: string | undefined) {
    const names = config.policy.sources.map((source) => source.name);
    this.#config = config;
    this.#index = name === undefined ? 0 : names.indexOf(name);
    if (this.#index >= 0) return;
    const check = new OptionCheck(`config ${JSON.stringify(config.policy.name)}`);
    throw check.fail('source', `one of: ${names.join(', ')}`, name);
  }

  /** The document, frozen; undefined before there is one. Keeps its identity until something in it changes. */
  document(): JsonValue | undefined {
    noticeRead(this.#config);
    return this.#peek();
  }

  /** Calls `listener` whenever another document was accepted. A subscription is no read. */
  onDocument(listener: (document: JsonValue) => unknown): Unsubscribe {
    let last = this.#peek();
    return this.#config.onSettled.add(() => {
      const document = this.#peek();
      if (document === undefined || document === last) return;
      last = document;
      const { context, policy } = this.#config;
      context.events.guard(policy.name, 'a document listener', () => listener(document));
    });
  }

  /** As nobody who reads it. */
  #peek(): JsonValue | undefined {
    return this.#config.documentOf(this.#index)?.raw;
  }
}
