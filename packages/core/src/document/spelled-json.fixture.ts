import fc from 'fast-check';
import type { JsonValue } from '../ports/json.ts';
import { json } from './json.fixture.ts';

/** Numbers without end, from a generator. */
export type Dice = IterableIterator<number>;

const BLANKS = ['', '', '', ' ', '\n', '\t ', '\r\n  '];

/** The same JSON in any spelling: blanks anywhere, characters as escapes, numbers with exponents. */
export function spell(value: JsonValue, dice: Dice): string {
  const roll = (sides: number): number => (dice.next().value as number) % sides;
  const blank = (): string => BLANKS[roll(BLANKS.length)]!;
  const around = (text: string): string => `${blank()}${text}${blank()}`;
  const string = (text: string): string =>
    JSON.stringify(text).replaceAll(/[a-z.](?<!\\.)/g, (char) =>
      roll(8) === 0 ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : char,
    );
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item) => around(spell(item, dice)));
    return `[${items.join(',') || blank()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, item]) => `${around(string(key))}:${around(spell(item, dice))}`,
    );
    return `{${entries.join(',') || blank()}}`;
  }
  if (typeof value === 'string') return string(value);
  if (typeof value === 'number' && roll(3) === 0) return `${value}e0`;
  return JSON.stringify(value);
}

/** Dice that never end. */
export const dice: fc.Arbitrary<Dice> = fc.infiniteStream(fc.nat({ max: 999 }));

/** A text of JSON in any spelling. */
export const spelledJson: fc.Arbitrary<string> = fc
  .tuple(json, dice)
  .map(([value, rolls]) => spell(value, rolls));
