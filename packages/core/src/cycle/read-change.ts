import type * as ByteWindow from '../document/byte-window.ts';
import { type Lazy, lazily } from '../lazily.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Limits } from '../ports/limits.ts';
import type { SourceDocument } from '../state/inputs.ts';

/** Loaded when a large document changes. */
export const loadByteWindow: Lazy<typeof ByteWindow> = lazily(
  () => import('../document/byte-window.ts'),
);

/** Smaller documents are read as a whole: that is quick enough. */
const LARGE_BYTES = 32_768;

/**
 * What a large text says, where it differs in little from the one that is known: shared with that, and sealed. Undefined
 * when all of it has to be read.
 */
export async function readChange(
  bytes: Uint8Array,
  known: SourceDocument | undefined,
  limits: Limits,
): Promise<JsonValue | undefined> {
  if (bytes.length < LARGE_BYTES || bytes.length > limits.maxBytes || !known?.bytes)
    return undefined;
  // reading all of it does as well where the code cannot be loaded
  const code = loadByteWindow.loaded ?? (await loadByteWindow().catch(() => undefined));
  return code?.readChange({ bytes: known.bytes, raw: known.raw }, bytes, limits);
}
