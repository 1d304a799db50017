import { expect } from 'vitest';
import type { JsonValue } from '../ports/json.ts';
import { countEntries } from './byte-index.ts';
import { readChange } from './byte-window.ts';
import { deepEqual, isFrozen, keepsIdentity } from './json.fixture.ts';
import { notedSize } from './reconcile.ts';
import { countRemoved } from './count-removed.ts';
import { seal } from './seal.ts';
import { share } from './share.ts';

/** Limits that the tests stay under, but for depth. */
export const LIMITS = { maxDepth: 20, maxKeys: 1e6 };

/** A document as it came, and what it says. */
export interface Parsed {
  readonly bytes: Uint8Array;
  readonly raw: JsonValue;
}

/** A text as it comes. */
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The plain way: all of it is read, shared and sealed; undefined where it is refused. */
export function whole(before: JsonValue | undefined, bytes: Uint8Array): JsonValue | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return seal(share(before, JSON.parse(text) as JsonValue), before, LIMITS);
  } catch {
    return undefined;
  }
}

/** A document that is in force. */
export function parsed(text: string): Parsed {
  const bytes = bytesOf(text);
  return { bytes, raw: whole(undefined, bytes)! };
}

/** What was read of a change, after it was held against the plain way. */
export async function checked(before: Parsed, bytes: Uint8Array): Promise<JsonValue | undefined> {
  const { value: read, lost } = (await readChange(before, bytes, LIMITS)) ?? {};
  if (read === undefined) return undefined;
  const entries = countEntries(read);
  const isNoted = read !== before.raw && entries >= 1_000;
  const facts = {
    right: deepEqual(read, whole(before.raw, bytes)),
    shared: keepsIdentity(before.raw, read),
    frozen: isFrozen(read),
    counted: lost === countRemoved(before.raw, read).removed,
    // so that nobody counts what is large again
    sized: [entries, isNoted ? entries : undefined].includes(notedSize(read)),
  };
  expect(facts).toEqual({ right: true, shared: true, frozen: true, counted: true, sized: true });
  return read;
}
