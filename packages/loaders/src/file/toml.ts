import type * as SmolToml from 'smol-toml';
import { missingPeer } from '../internal/missing-peer.ts';
import { fault } from './fault.ts';

/** The library; most users do without. */
export async function smolToml(): Promise<typeof SmolToml> {
  try {
    return await import('smol-toml');
  } catch (error) {
    throw missingPeer('smol-toml', error);
  }
}

/** What the engine takes at most (`limits.maxDepth`). */
const MAX_DEPTH = 1_000;

/** TOML 1.0. Dates and times become their text (RFC 3339, with milliseconds); integers beyond 2^53 are refused. */
export async function parseToml(text: string): Promise<unknown> {
  const { parse, TomlError } = await smolToml();
  try {
    const marked = withImpossibleMonths(text);
    // in a text or a comment such a day is nobody's concern; as a value it is refused here, with its place
    if (marked !== text) parse(marked);
    return withoutDates(parse(text), 0);
  } catch (error) {
    // its message quotes three lines of the document
    if (error instanceof TomlError) throw fault('TOML', reasonOf(error.message), error);
    throw error;
  }
}

/** The first line, unless it could hold something of the document. */
function reasonOf(message: string): string {
  const [first = ''] = message.replace('Invalid TOML document: ', '').split('\n');
  return /^[a-z ,:;.-]+$/.test(first) ? first : 'unexpected content';
}

/** The library makes the second of March of 2023-02-30; of 2023-92-30 it does not. */
function withImpossibleMonths(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-(?:29|3[01])/g, (day) => {
    const date = new Date(day);
    const isMoved = !Number.isNaN(date.getTime()) && !date.toJSON().startsWith(day);
    return isMoved ? `${day.slice(0, 5)}9${day.slice(6)}` : day;
  });
}

/** Leaves what is too deep for any document to the engine, which names its path. */
function withoutDates(value: unknown, depth: number): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => withoutDates(item, depth + 1));
  // fromEntries() makes own properties of all keys; the engine refuses "__proto__" by its path
  const entries = Object.entries(value).map(([key, item]) => [key, withoutDates(item, depth + 1)]);
  return Object.fromEntries(entries) as unknown;
}
