import type { JsonValue } from '../ports/json.ts';
import type { SourceDocument } from '../state/inputs.ts';
import { ROOMY } from '../document/json.fixture.ts';
import { seal } from '../document/seal.ts';

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A document as it is when it was accepted. */
export function documentOf(raw: JsonValue, more: Partial<SourceDocument> = {}): SourceDocument {
  return {
    raw: seal(raw, undefined, ROOMY),
    bytes: undefined,
    validator: undefined,
    young: false,
    doNotStore: false,
    evidence: undefined,
    ...more,
  };
}
