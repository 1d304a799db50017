import { fault, type Position, positionOf, positionsIn } from './fault.ts';

/** One variable of a `.env` file. */
export interface DotEnvVariable extends Position {
  readonly name: string;
  readonly text: string;
}

/** Blank lines and lines of comment. */
const NOTHING = /(?:[^\S\n]*(?:#[^\n]*)?(?:\n|$))/y;
/** Up to and with the `=`, and the white space after it. */
const NAME = /[^\S\n]*(?:export[^\S\n]+)?([\p{L}_][\p{L}\p{N}_.-]*)[^\S\n]*=[^\S\n]*/uy;
const UNQUOTED = /[^\n]*/y;
const END = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Reads a `.env` file. The libraries for it pass over every line that they do not understand, and tell no places; here
 * such a line is a fault. Values are taken as they stand: nothing is expanded. Lines end in LF, CRLF or CR.
 */
export function parseDotEnv(source: string): readonly DotEnvVariable[] {
  const text = source.replaceAll(/\r\n?/g, '\n');
  const positionAt = positionsIn(text);
  const found: DotEnvVariable[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  const wrong = (what: string, index = at): Error => fault('.env', what, positionOf(text, index));
  while (at < text.length) {
    if (take(NOTHING)) continue;
    const name = take(NAME)?.[1];
    if (name === undefined) throw wrong('expected NAME=value or a comment');
    const begin = at;
    const isQuoted = /["'`]/.test(text.charAt(begin));
    if (isQuoted) at = endOfQuoted(text, begin);
    if (at < 0) throw wrong('a quote that is not closed', begin);
    const value = isQuoted ? unquote(text.slice(begin, at)) : bare(take(UNQUOTED)![0]);
    if (value === undefined)
      throw wrong('a # that may or may not begin a comment: use quotes', begin);
    if (!take(END)) throw wrong('expected the end of the line after the quotes');
    found.push({ name, text: value, ...positionAt(begin) });
  }
  return found;
}

/** Where the text that begins with a quote at `begin` ends; less than 0 where it does not. */
function endOfQuoted(text: string, begin: number): number {
  const quote = text.charAt(begin);
  for (let at = begin + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === quote) return at + 1;
    if (char === '\\' && quote === '"') at++;
  }
  return -1;
}

/** In double quotes, `\n`, `\r` and `\t` are what they are in most languages, and `\` before anything else goes. */
function unquote(quoted: string): string {
  const text = quoted.slice(1, -1);
  if (!quoted.startsWith('"')) return text;
  return text.replaceAll(/\\([^])/g, (_, char: string) => ESCAPES[char] ?? char);
}

/** Up to a comment, which has white space before it; undefined where another `#` could be meant for one. */
function bare(line: string): string | undefined {
  const value = line.replace(/(?:^|\s)#.*$/s, '').trim();
  return value.includes('#') ? undefined : value;
}
