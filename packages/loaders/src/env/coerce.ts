import type { JsonValue } from '@holdfast/core';

/** What a text is read as. */
export type Coerced =
  | { readonly kind: 'value'; readonly value: JsonValue }
  /** As if it were not there. */
  | { readonly kind: 'unset' }
  /** It may be meant in two ways. */
  | { readonly kind: 'ambiguous'; readonly why: string };

const WORDS: ReadonlyMap<string, JsonValue> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Digits without a sign plus, a leading zero, an exponent or a zero at the end of the fraction; `-0` is none. */
const PLAIN_NUMBER = /^(?:0|-?[1-9]\d*|-?(?:0|[1-9]\d*)\.\d*[1-9])$/;

/** Digits that a double always keeps. */
const SAFE_DIGITS = 15;

/**
 * Reads a text as what it plainly is: `true`, `false`, `null`, a number in its plain form, JSON that begins with `"`, `{`
 * or `[`; anything else is a text. Whatever is nearly one of these is refused, since it may be meant as a text or not.
 * It never says what the text is.
 */
export function coerce(text: string): Coerced {
  if (text === '') return { kind: 'unset' };
  const word = WORDS.get(text);
  if (word !== undefined) return { kind: 'value', value: word };
  if (PLAIN_NUMBER.test(text)) {
    if (isExact(text)) return { kind: 'value', value: Number(text) };
    return ambiguous('a number that a double cannot hold');
  }
  if (/^["{[]/.test(text)) return asJson(text);
  const why = nearly(text);
  return why === undefined ? { kind: 'value', value: text } : ambiguous(why);
}

function asJson(text: string): Coerced {
  try {
    if (hasInexact(text)) return ambiguous('JSON with a number that a double cannot hold');
    return { kind: 'value', value: JSON.parse(text) as JsonValue };
  } catch {
    return ambiguous('it begins like JSON and is none');
  }
}

/** Whether there is an integer that would come out as another one; the digits of a text or of a fraction are none. */
function hasInexact(json: string): boolean {
  const doubtful = new Set(
    (json.match(/\d{16,}/g) ?? []).filter((digits) => !isExact(digits)).map(Number),
  );
  if (doubtful.size === 0) return false;
  let found = false;
  JSON.parse(json, (_, value: unknown) => {
    found ||= typeof value === 'number' && doubtful.has(Math.abs(value));
  });
  return found;
}

/** What a text would be if it were written a little otherwise: without white space, in other letters or digits. */
function nearly(text: string): string | undefined {
  const plain = text.normalize('NFKC').trim();
  if (plain === '') return 'nothing but white space';
  if (WORDS.has(plain.toLowerCase())) return 'nearly a boolean or null';
  // the forms of JavaScript: 1e3, 010, 0x1f, +5, .5, 1.50, -0, Infinity
  if (!Number.isNaN(Number(plain))) return 'like a number, but not in its plain form';
  if (plain !== text && /^["{[]/.test(plain)) return 'JSON with white space before it';
  return undefined;
}

function isExact(text: string): boolean {
  const value = Number(text);
  const digits = text.replaceAll(/[-.]/g, '').replace(/^0+/, '');
  if (digits.length <= SAFE_DIGITS) return true;
  return String(value) === text && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

function ambiguous(why: string): Coerced {
  return { kind: 'ambiguous', why };
}
