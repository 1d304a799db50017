import type { Secret } from './secret.ts';

/** What a document holds where the value has `V`: of a secret, what it hides; it has no `undefined`. */
export type RawOf<V> = V extends Secret<infer Hidden> ? Hidden : V extends undefined ? never : V;
