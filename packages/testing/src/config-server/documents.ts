import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { OptionChecks } from '@holdfast/core/options';
import { checkHeader, checkHeaders } from './check-header.ts';
import { checkPath } from './check-path.ts';

/** Kind of entity tag that a server makes from a document's bytes. */
export type EtagKind = 'strong' | 'weak' | 'none';

/** What comes with one document. */
export interface ServedOptions {
  /** Entity tag, byte for byte; `false` for none. @default {made from the bytes} */
  readonly etag?: string | false;
  /** More headers, or other values for those that the server sends. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the document even to those who know its tag: a server whose tags lie. @default {false} */
  readonly always?: boolean;
}

/** A document as the server keeps it. */
export interface Served {
  readonly bytes: Buffer;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly always: boolean;
  /** As given; an edited document keeps them. */
  readonly options: ServedOptions;
}

/** How a {@link Documents} makes headers. */
export interface DocumentsPolicy {
  readonly etags: EtagKind;
  readonly lastModified: boolean;
  readonly now: () => number;
}

/** The documents of a server, by path. */
export class Documents {
  readonly #served = new Map<string, Served>();
  readonly #policy: DocumentsPolicy;

  constructor(policy: DocumentsPolicy) {
    this.#policy = policy;
  }

  get(path: string): Served | undefined {
    return this.#served.get(path);
  }

  /** A string and bytes are served as they are, anything else as its JSON. */
  set(path: string, document: unknown, options: ServedOptions = {}): void {
    const check: OptionChecks = new OptionChecks('set() of configServer()');
    checkPath(check, path);
    checkServed(check, options);
    const bytes = bytesOf(document, check);
    const { etags, lastModified, now } = this.#policy;
    const { etag = tagOf(bytes, etags), headers = {}, always = false } = options;
    const all = {
      'content-type': 'application/json',
      ...(etag !== false && { etag }),
      ...(lastModified && { 'last-modified': new Date(now()).toUTCString() }),
      ...lowerCased(headers),
    };
    this.#served.set(path, { bytes, headers: all, always, options });
  }

  /** Keeps the options that the document was set with. */
  edit<T>(path: string, change: (document: T) => T): void {
    new OptionChecks('edit() of configServer()').callable('change', change);
    const served = this.#served.get(path);
    if (!served) throw new Error(`Cannot edit ${path}: there is no such document`);
    this.set(path, change(JSON.parse(served.bytes.toString()) as T), served.options);
  }

  delete(path: string): void {
    this.#served.delete(path);
  }
}

function checkServed(check: OptionChecks, options: ServedOptions): void {
  check.object('options', options, ['etag', 'headers', 'always'] satisfies (keyof ServedOptions)[]);
  const { etag, headers, always } = options;
  if (etag !== undefined && etag !== false) {
    check.text('etag', etag);
    checkHeader(check, 'etag', ['etag', etag]);
  }
  if (headers !== undefined) checkHeaders(check, 'headers', headers);
  if (always !== undefined) check.flag('always', always);
}

/** Whether a request with these headers already has the document (RFC 9110 §13.1.2, §13.1.3). */
export function isKnown(served: Served, headers: IncomingHttpHeaders): boolean {
  if (served.always) return false;
  const { etag, 'last-modified': lastModified } = served.headers;
  const tags = headers['if-none-match'];
  if (tags !== undefined) return etag !== undefined && matchesTag(tags, etag);
  const since = headers['if-modified-since'];
  return (
    since !== undefined &&
    lastModified !== undefined &&
    Date.parse(lastModified) <= Date.parse(since)
  );
}

/** Weak comparison, as RFC 9110 §13.1.2 asks for. */
function matchesTag(tags: string, etag: string): boolean {
  // a comma may stand in a tag that is quoted
  const each = tags.match(/\s*(?:W\/)?"[^"]*"|[^,]+/g) ?? [];
  return tags.trim() === '*' || each.some((tag) => opaque(tag) === opaque(etag));
}

function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}

function tagOf(bytes: Buffer, kind: EtagKind): string | false {
  if (kind === 'none') return false;
  const tag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`;
  return kind === 'weak' ? `W/${tag}` : tag;
}

function bytesOf(document: unknown, check: OptionChecks): Buffer {
  if (document instanceof Uint8Array) return Buffer.from(document);
  const text = typeof document === 'string' ? document : stringified(document);
  if (text === undefined) throw check.fail('document', 'JSON, a text or bytes', document);
  return Buffer.from(text);
}

/** The type of `JSON.stringify` forgets what it gives of a function. */
const stringified = (document: unknown): string | undefined => JSON.stringify(document, null, 2);

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
