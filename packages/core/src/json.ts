/** JSON as the engine reads and compares it: for loaders that look into documents. */
export { copyJson } from './document/copy-json.ts';
export { fingerprint } from './document/fingerprint.ts';
export { merge } from './document/merge.ts';
export { decodeUtf8, parseJson } from './document/parse.ts';
export { getAt, parsePath } from './document/path.ts';
export { setAt } from './document/set-at.ts';
export { strictJson } from './document/strict-json.ts';
