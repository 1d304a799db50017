import { HoldfastError } from '@holdfast/core';

/**
 * The error about a wrong option. `shown` must be safe to print: pass {@link kindOf} of a value that may be secret.
 */
export function invalidOption(option: string, rule: string, shown: string): HoldfastError {
  return new HoldfastError(
    'INVALID_OPTIONS',
    `Cannot use "${option}" as it must be ${rule}: current value is ${shown}`,
  );
}

/** What a value is, without telling the value. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * Refuses what is no object of options, and each option that is not known.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the known option that is nearest.
 */
export function checkOptionNames(options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidOption('options', 'an object', kindOf(options));
  }
  for (const [option, value] of Object.entries(options)) {
    if (known.includes(option)) continue;
    const nearest = nearestOf(option, known);
    throw invalidOption(printable(option), `a known option, perhaps "${nearest}"`, kindOf(value));
  }
}

/**
 * Checks a name that people are shown.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function checkName(option: string, name: unknown): asserts name is string {
  const legal = typeof name === 'string' && /^[^\p{Cc}]{1,200}$/u.test(name);
  if (!legal) {
    throw invalidOption(option, '1 to 200 characters without control characters', kindOf(name));
  }
}

/** Text of somebody else, fit for one line of a message: short, and without control characters. */
export function printable(text: string, length = 64): string {
  return text.slice(0, length).replaceAll(/[^\x20-\x7e]/g, '.');
}

function nearestOf(word: string, candidates: readonly string[]): string {
  let nearest = '';
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(word.slice(0, 64).toLowerCase(), candidate.toLowerCase());
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** How many characters have to be added, dropped or replaced to make one word the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced));
    }
    row = next;
  }
  return row[to.length]!;
}
