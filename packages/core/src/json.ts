/** JSON as the engine reads, compares and shows it: for loaders and tools that look into documents. */
import { diff } from './document/diff.ts';
import type { Change } from './document/leaves.ts';
import type { JsonValue } from './ports/json.ts';

export { copyJson } from './document/copy-json.ts';
export { equalBytes } from './document/equal-bytes.ts';
export { fingerprint } from './document/fingerprint.ts';
export { merge } from './document/merge.ts';
export { decodeUtf8, parseJson } from './document/parse.ts';
export { getAt, parsePath } from './document/path.ts';
export { hideValues, redactChanges } from './document/redact.ts';
export { byIndex, setAt } from './document/set-at.ts';
export { strictJson } from './document/strict-json.ts';

/** What differs between two documents, leaf by leaf. */
export function changesBetween(before: JsonValue, after: JsonValue): readonly Change[] {
  return diff(before, after);
}
