import type JSON5 from 'json5';
import { missingPeer } from '../internal/missing-peer.ts';
import { fault, positionOf } from './fault.ts';

/** The library; most users do without. */
export async function json5(): Promise<typeof JSON5> {
  try {
    return (await import('json5')).default;
  } catch (error) {
    throw missingPeer('json5', error);
  }
}

/** JSON5, of which JSON with comments is a part. Of duplicate keys the last one counts, as in JSON. */
export async function parseJson5(text: string): Promise<unknown> {
  // the library would write a warning to the console
  const separator = text.search(/[\u2028\u2029]/);
  if (separator >= 0)
    throw fault('JSON5', 'write \\u2028 for a line separator', positionOf(text, separator));
  const { parse } = await json5();
  try {
    return parse(text);
  } catch (error) {
    const { lineNumber, columnNumber } = error as { lineNumber?: number; columnNumber?: number };
    if (lineNumber === undefined || columnNumber === undefined) throw error;
    const at = { line: lineNumber, column: columnNumber };
    throw fault('JSON5', 'an unexpected character, or the end', at);
  }
}
