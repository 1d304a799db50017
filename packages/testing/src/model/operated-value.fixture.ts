/** What a document of the model says: each may be there or not. */
export interface Content {
  readonly a?: number;
  readonly b?: number;
  readonly c?: number;
  readonly n?: Nested;
}

/** What lies deeper: layers are merged key by key there, too. */
export interface Nested {
  readonly x?: number;
  readonly y?: number;
}

/** An override, as the model sees it. */
export interface Laid {
  readonly id: string;
  readonly patch: Content;
  readonly expiresAt: number;
  readonly persist: boolean;
  /** Somebody took it away, in vain so far. */
  readonly unwanted?: boolean;
}

/** What a value is computed from. */
export interface State {
  readonly docs: readonly (Content | undefined)[];
  readonly laid: readonly Laid[];
}

/** What became of a document that did not come into force. */
export type Left =
  | { readonly kind: 'kept' | 'barred'; readonly doc: Content }
  | { readonly kind: 'vetoed'; readonly doc: Content; readonly with: readonly Candidate[] };

export interface Candidate {
  readonly source: number;
  readonly doc: Content;
  /** It was in force before the restart. */
  readonly cached?: boolean;
}

/** An earlier version, and what it was computed from. */
export interface Past extends State {
  readonly version: number;
}

/** A version that was given a name. */
export interface Saved extends State {
  readonly id: string;
}

export type PinKind = 'document' | 'all';

/** What does not come into force by itself. */
export interface Pin {
  readonly pinned: PinKind | undefined;
  /** By source. */
  readonly barred: readonly (readonly Content[])[];
}

/** Other inputs, and what they pin. */
export interface Next extends State {
  readonly pin?: Pin;
  /** It ends with a step back. */
  readonly isBack?: boolean;
}

const DEFAULTS: Content = { a: 0, b: 5 };

/** The layers laid over each other; undefined for what the schema or the rule refuses. */
export function valueOf({ docs, laid }: State): Content | undefined {
  const layers = [DEFAULTS, ...docs, ...laid.map(({ patch }) => patch)];
  const value = Object.assign({}, ...layers) as Required<Content>;
  const nested = layers.flatMap((layer) => layer?.n ?? []);
  const whole = nested.length > 0 ? { ...value, n: Object.assign({}, ...nested) as Nested } : value;
  return isRight(whole) && whole.c !== 3 ? whole : undefined;
}

/** What the schema says. */
export function isRight({ a = 0, b = 5, n = {} }: Content): boolean {
  return a <= 4 && b >= 4 && (n.x ?? 0) <= 4;
}
