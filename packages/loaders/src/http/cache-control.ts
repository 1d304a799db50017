/** Name, and perhaps a token or a quoted string as value, up to the next comma (RFC 9111 §5.2). */
const DIRECTIVE = /\s*([^\s=,"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?[^,]*(?:,|$)/gy;

/**
 * The directives of a `Cache-Control` field: lower-case name to value, `''` where there is none.
 * Of a directive said twice the first counts; what cannot be read is passed over.
 */
export function parseCacheControl(field: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  let at = 0;
  while (at < field.length) {
    DIRECTIVE.lastIndex = at;
    const match = DIRECTIVE.exec(field);
    if (!match) {
      const comma = field.indexOf(',', at);
      at = comma === -1 ? field.length : comma + 1;
      continue;
    }
    at = DIRECTIVE.lastIndex;
    const name = match[1]!.toLowerCase();
    const value = match[2]?.replaceAll(/\\(.)/gs, '$1') ?? match[3] ?? '';
    if (!directives.has(name)) directives.set(name, value);
  }
  return directives;
}

/** RFC 9111 §1.2.2: what is larger counts as this, about 68 years. */
const MAX_DELTA_SECONDS = 2 ** 31;

/** Milliseconds of a `delta-seconds` value; undefined for anything but digits. */
export function parseDeltaSeconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  return Math.min(Number(text), MAX_DELTA_SECONDS) * 1000;
}
