import { isDeepStrictEqual } from 'node:util';
import type { Loaded, Validator } from '@holdfast/core';
import { z } from 'zod';

/** What the documents of the model tests say, when they say what they should. */
export interface Value {
  readonly n: number;
  readonly size: number;
  readonly keys?: Readonly<Record<string, number>>;
}

/** A document as the model sees it. */
export interface Doc {
  readonly text: string;
  readonly validator: Validator | undefined;
  readonly young: boolean;
  readonly doNotStore: boolean;
}

/** One generation of a cache record. */
export interface Stored {
  readonly doc: Doc;
  readonly confirmedAt: number;
}

type Text = Pick<Doc, 'text'>;

/** What one process was started with. */
export interface Terms {
  /** Which of the two documents: its loader's key. */
  readonly key: 'a' | 'b';
  readonly schema: 'loose' | 'strict';
  readonly defaults: 'none' | 'some' | 'all';
  readonly seed: number;
}

/** The options that every process of the model tests has. */
export const policy = {
  polling: {
    intervalMs: 20_000,
    minIntervalMs: 5_000,
    maxIntervalMs: 60_000,
    deadlineMs: 4_000,
    revalidateMs: 150_000,
  },
  updates: { max: 2, windowMs: 60_000 },
  fallbackAfter: 3,
  maxStaleMs: 200_000,
} as const;

const loose = z.object({
  n: z.int(),
  size: z.int().positive().default(9),
  keys: z.record(z.string(), z.int()).optional(),
});

/** `strict` takes even numbers only. */
export const schemas: Record<Terms['schema'], typeof loose> = {
  loose,
  strict: loose.refine(({ n }) => n % 2 === 0),
};

export const defaults = {
  none: undefined,
  some: { size: 4 },
  all: { n: 0, size: 4 },
} satisfies Record<Terms['defaults'], Partial<Value> | undefined>;

/** What a document and the defaults amount to; undefined for what the schema refuses. Said again, without zod. */
export function valueOf(content: object | undefined, terms: Terms): Value | undefined {
  if (Array.isArray(content)) return undefined;
  const { n, size = 9, ...more } = { ...defaults[terms.defaults], ...content } as Partial<Value>;
  if (!Number.isInteger(n) || !Number.isInteger(size) || size < 1) return undefined;
  if (terms.schema === 'strict' && n! % 2 !== 0) return undefined;
  return { n: n!, size, ...(more.keys && { keys: more.keys }) };
}

/** The content of a document; undefined for what is no JSON. */
export function contentOf({ text }: Text): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

/** Whether `after` lost more than half of at least sixteen keys. */
export function losesMost(before: Text | undefined, after: Text): boolean {
  const paths = (doc: Text): string[] => {
    const { keys = {}, ...rest } = contentOf(doc) as Partial<Value>;
    return [...Object.keys(rest), ...Object.keys(keys).map((key) => `keys.${key}`)];
  };
  if (!before) return false;
  const had = paths(before);
  const has = new Set(paths(after));
  return had.length >= 16 && had.filter((path) => !has.has(path)).length > had.length / 2;
}

export function docOf({ raw, validator, hints }: Loaded): Doc {
  const text = new TextDecoder().decode(raw as Uint8Array);
  const { young = false, doNotStore = false } = hints ?? {};
  return { text, validator: plain(validator), young, doNotStore };
}

/** The document of a cache record: a line of JSON, then the bytes. */
export function docOfRecord(record: Uint8Array): Doc {
  const [header = '', ...body] = new TextDecoder().decode(record).split('\n');
  const { validator, young = false } = JSON.parse(header) as Partial<Doc>;
  return { text: body.join('\n'), validator: plain(validator), young, doNotStore: false };
}

export const equal: (a: unknown, b: unknown) => boolean = isDeepStrictEqual;

/** Without properties that are undefined. */
function plain(validator: Validator | undefined): Validator | undefined {
  return validator && (JSON.parse(JSON.stringify(validator)) as Validator);
}

export { plain as plainValidator };

export function manyKeys(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
}

/** A document that loses nothing of any other. */
export const everything: Value & { note: string } = {
  n: 1_000,
  size: 1,
  note: '',
  keys: manyKeys(20),
};
