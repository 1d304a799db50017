import type { Hints, JsonValue } from '@holdfast/core';
import { type MockLoader, mockLoader } from '../mock-loader.ts';

/** What is not the same for every source of an ordeal. */
export interface SourceTerms {
  readonly watch: boolean;
  /** What failures are shared by. */
  readonly origin: string | undefined;
  /** Not so for the lowest one. */
  readonly optional: boolean;
}

/** What may be wrong with a document: the last is a matter of the schema. */
export type Spoilt = 'gone' | 'no JSON' | 'no part';

/** What a source says under its name: twice, so that half a document would show, and over what lower ones say. */
export interface Part {
  readonly n: number;
  readonly again: number;
}

/** One source, and what it says now. */
export class OrdealSource {
  readonly loader: MockLoader;
  readonly name: string;
  readonly optional: boolean;
  /** Whether it serves a document that the config must take. */
  sound = true;
  #count = 0;

  constructor(name: string, { watch, origin, optional }: SourceTerms) {
    this.name = name;
    this.optional = optional;
    this.loader = mockLoader({ name, watch, ...(origin !== undefined && { origin }) });
    this.publish();
  }

  get document(): Readonly<Record<string, JsonValue>> {
    return documentOf(this.name, this.#count);
  }

  /** Something new. */
  publish(how: 'next' | 'push' = 'next', hints?: Hints): void {
    this.#count += 1;
    this.sound = true;
    this.loader[how](this.document, { ...(hints && { hints }) });
  }

  /** Something that a config with a schema does not take. */
  spoil(how: Spoilt): void {
    this.sound = false;
    if (how === 'gone') this.loader.absent();
    else if (how === 'no JSON') this.loader.push(new TextEncoder().encode('{"n":'));
    else this.loader.push({ [this.name]: null });
  }
}

function documentOf(name: string, n: number): Readonly<Record<string, JsonValue>> {
  return { [name]: { n, again: n }, highest: `${name} ${n}` };
}

/** Whether `value` is made of whole documents of sources of these names, the lowest first. */
export function isWhole(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
): boolean {
  // where there is no schema, a document without a part is as good as any
  const present = names.filter((name) => (value[name] ?? undefined) !== undefined);
  const parts = present.map((name) => value[name] as Part);
  const last = parts.at(-1);
  return (
    parts.every(({ n, again }) => n === again) &&
    value['highest'] === (last && `${present.at(-1)} ${last.n}`)
  );
}
