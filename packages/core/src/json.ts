/** JSON as the engine reads and compares it: for loaders that look into documents. */
export { fingerprint } from './document/fingerprint.ts';
export { parseJson } from './document/parse.ts';
