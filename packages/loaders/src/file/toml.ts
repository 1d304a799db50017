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

/** TOML 1.0. Dates and times become their text (RFC 3339, with milliseconds); integers beyond 2^53 are refused. */
export async function parseToml(text: string): Promise<unknown> {
  const { parse, TomlError } = await smolToml();
  try {
    return withoutDates(parse(text));
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

function withoutDates(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(withoutDates);
  if (typeof value !== 'object' || value === null) return value;
  // fromEntries() makes own properties of all keys; the engine refuses "__proto__" by its path
  const entries = Object.entries(value).map(([key, item]) => [key, withoutDates(item)]);
  return Object.fromEntries(entries) as unknown;
}
