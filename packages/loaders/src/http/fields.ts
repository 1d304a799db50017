/** Header fields of an answer by lower-case name; a list where a field came more than once. */
export type Fields = Readonly<Record<string, string | string[] | undefined>>;

/** A field as one line; what came more than once is joined as RFC 9110 §5.3 says. */
export function fieldOf(fields: Fields, name: string): string | undefined {
  const value = own(fields, name);
  return Array.isArray(value) ? value.join(', ') : value;
}

/** A field that is good for nothing when it came more than once. */
export function onlyField(fields: Fields, name: string): string | undefined {
  const value = own(fields, name);
  return typeof value === 'string' ? value : undefined;
}

/**
 * Names come from options too: `constructor` is none that every object has. White space around a value is none of it
 * (RFC 9110 §5.5), and undici leaves what stands behind.
 */
function own(fields: Fields, name: string): Fields[string] {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return Array.isArray(value) ? value.map((each) => each.trim()) : value?.trim();
}
