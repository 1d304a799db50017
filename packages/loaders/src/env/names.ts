/** How a part of a variable's name becomes a key. */
export type KeyCase = 'camel' | 'lower' | 'exact';

/** All of them. */
export const KEY_CASES: readonly KeyCase[] = ['camel', 'lower', 'exact'];

/** How names are taken apart. */
export interface NamePolicy {
  readonly prefix: string;
  readonly separator: string;
  readonly keys: KeyCase;
}

/** The path that a variable stands for; undefined for one without the prefix. */
export function pathOf(
  name: string,
  { prefix, separator, keys }: NamePolicy,
): readonly string[] | undefined {
  if (!name.startsWith(prefix)) return undefined;
  const parts = name.slice(prefix.length).split(separator);
  return parts.map((part) => keyOf(part, keys));
}

/** `LOG_LEVEL` is `logLevel`; a part that has small letters already stays as it is. */
function keyOf(part: string, keys: KeyCase): string {
  if (keys === 'exact') return part;
  if (keys === 'lower') return part.toLowerCase();
  if (/\p{Ll}/u.test(part)) return part;
  return part
    .toLowerCase()
    .replaceAll(/(?<=[^_])_+([^_])/gu, (_, next: string) => next.toUpperCase());
}
