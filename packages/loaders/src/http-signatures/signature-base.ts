import { distrust } from '../verified/distrust.ts';
import { printable } from '../internal/printable.ts';
import {
  dictionaryOf,
  type InnerList,
  isInnerList,
  type Item,
  type Structured,
} from './structured.ts';

/** A message as a signature sees it: an answer with its request, or a request. */
export interface Message {
  /** Of an answer. */
  readonly status?: number;
  /** Of a request. */
  readonly method?: string;
  /** Of a request. */
  readonly url?: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** That an answer is to. */
  readonly request?: Message;
}

/**
 * The text that is signed (RFC 9421 §2.5): a line for each component that is covered, and one with the parameters.
 *
 * @throws {HoldfastError} `UNTRUSTED` when it covers what we do not have, do not know, or have already.
 */
export function signatureBase(
  structured: Structured,
  message: Message,
  covered: InnerList,
): string {
  const lines = new Map<string, string>();
  for (const item of covered[0]) {
    const id = structured.serializeItem(item);
    if (lines.has(id)) throw distrust(`its signature covers ${shown(id)} twice`);
    const value = componentOf(structured, message, item);
    if (value === undefined) throw distrust(`its signature covers ${shown(id)}, which is not kept`);
    lines.set(id, value);
  }
  lines.set('"@signature-params"', structured.serializeInnerList(covered));
  return [...lines].map(([id, value]) => `${id}: ${value}`).join('\n');
}

function shown(id: string): string {
  return printable(id);
}

/** Parameters of a component that we know (RFC 9421 §2.1.2, §2.4). */
const KNOWN = new Set(['req', 'key']);

function componentOf(structured: Structured, message: Message, item: Item): string | undefined {
  const [name, parameters] = item;
  if (typeof name !== 'string' || [...parameters.keys()].some((key) => !KNOWN.has(key))) return;
  const of = parameters.has('req') ? message.request : message;
  if (of === undefined) return undefined;
  if (name.startsWith('@')) return parameters.has('key') ? undefined : derived(of, name);
  if (!Object.hasOwn(of.headers, name)) return undefined;
  const key = parameters.get('key');
  if (key === undefined) return of.headers[name]!.trim();
  const member = dictionaryOf(structured, of.headers, name).get(String(key));
  if (member === undefined) return undefined;
  return isInnerList(member)
    ? structured.serializeInnerList(member)
    : structured.serializeItem(member);
}

/** A component that is no field (RFC 9421 §2.2). Those with a query are left out: a query may hold a credential, and is not kept. */
export function derived({ status, method, url }: Message, name: string): string | undefined {
  if (name === '@status') return status === undefined ? undefined : String(status);
  if (name === '@method') return method;
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, host, pathname } = new URL(url);
  if (name === '@authority') return host;
  if (name === '@scheme') return protocol.slice(0, -1);
  return name === '@path' ? pathname : undefined;
}
