import ts from 'typescript';
import type { OptionType } from './option-types.ts';

/** Which numbers an option allows. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
  /** Counts are; times and shares need not be. */
  readonly whole: boolean;
}

/** What an end of a range that is another option stands for while that one is left out. */
const LEFT_OUT: Readonly<Record<string, number>> = { intervalMs: 60_000, minIntervalMs: 10_000 };

const NUMBER = String.raw`\d+(?: \d{3})*|Infinity|`;
const RANGE = new RegExp(`(?<least>${NUMBER}\`\\w+\`) (?:to (?<most>${NUMBER}\`\\w+\`)|or more)`);

/** Whether numbers are all that an option takes. */
export function isNumber({ type }: OptionType): boolean {
  return (type.flags & ts.TypeFlags.Number) !== 0;
}

/** As the doc of the option says it (`1 to 300 000`, `` `intervalMs` to … ``, `1 or more`); undefined where it does not. */
export function rangeOf({ path, doc }: OptionType): NumberRange | undefined {
  const { least, most = String(Number.MAX_SAFE_INTEGER) } = RANGE.exec(doc)?.groups ?? {};
  if (least === undefined) return undefined;
  return {
    least: endOf(least),
    most: endOf(most),
    whole: !path.endsWith('Ms') && !/share/.test(doc),
  };
}

function endOf(text: string): number {
  const named = /^`(\w+)`$/.exec(text)?.[1];
  if (named === undefined) return Number(text.replaceAll(' ', ''));
  const number = LEFT_OUT[named];
  if (number === undefined) throw new Error(`${named} is missing in the table LEFT_OUT`);
  return number;
}

/** Numbers on the wrong side of each end, and those that are none of any range. */
export function numbersOutside({ least, most, whole }: NumberRange): readonly number[] {
  const outside = [NaN, -Infinity, least - 1];
  if (!whole) outside.push(least - 0.001);
  else outside.push(least + 0.5);
  if (most === Infinity) return outside;
  return [...outside, most + 1, most * 2, Infinity];
}

/** Both ends, and what is between where only whole numbers are not enough. */
export function numbersInside({ least, most, whole }: NumberRange): readonly number[] {
  return whole ? [least, most] : [least, most, least + (Math.min(most, least + 1) - least) / 2];
}
