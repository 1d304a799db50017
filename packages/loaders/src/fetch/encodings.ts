/** Which encodings requests ask for, and which ones their answers may have. */
export interface EncodingPolicy {
  /** What each request says about it, name and value by turns. */
  readonly headers: readonly string[];
  /** Whether a body with this `Content-Encoding` may be read. */
  readonly takes: (field: string) => boolean;
}

/** Where it is ours to say. No `deflate` and no chains: Node inflates those whole, also when nobody reads on. */
export const OURS: EncodingPolicy = {
  headers: ['accept-encoding', 'gzip, br'],
  takes: (field) => ['', 'gzip', 'x-gzip', 'br', 'identity'].includes(normal(field)),
};

/** What some platform decodes, or leaves so that it is no JSON; what it does not know it would pass on as it is. */
const KNOWN = new Set(['', 'gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'identity']);

/** Where the platform asks for what it likes, as browsers do. */
export const OF_THE_PLATFORM: EncodingPolicy = {
  headers: [],
  takes: (field) => field.split(',').every((encoding) => KNOWN.has(normal(encoding))),
};

function normal(encoding: string): string {
  return encoding.trim().toLowerCase();
}
