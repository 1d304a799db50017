import { type Entry, MAX_PARTS } from '../env/tree.ts';
import { fault, placeOf } from './fault.ts';

/**
 * Reads an INI file: `[section]` or `[section.part]`, `key = value`, comments that begin a line with `;` or `#`. There is
 * no standard, and the libraries for it pass over what they do not understand; here that is a fault, with its place.
 */
export function parseIni(source: string): readonly Entry[] {
  let section: readonly string[] = [];
  return source.split(/\r\n?|\n/).flatMap((line, index): Entry[] => {
    const text = line.trim();
    const wrong = (what: string, at = line.search(/\S/)): Error =>
      fault('INI', what, { line: index + 1, column: at + 1 });
    if (text === '' || /^[;#]/.test(text)) return [];
    if (text.startsWith('[')) {
      const name = /^\[([^[\]]+)\]$/.exec(text)?.[1];
      if (name === undefined) throw wrong('expected [section]');
      section = name.split('.').map((part) => part.trim());
      if (section.length >= MAX_PARTS) throw wrong('a section that is nested too deep');
      return [];
    }
    const equals = text.indexOf('=');
    if (equals < 1) throw wrong('expected key = value');
    const value = text.slice(equals + 1).trimStart();
    const begin = line.trimEnd().length - value.length;
    const comment = /^["{[]/.test(value) ? -1 : value.search(/(?<=\s)[;#]/);
    if (comment >= 0)
      throw wrong('a ; or # that may or may not begin a comment: use quotes', begin + comment);
    const path = [...section, text.slice(0, equals).trimEnd()];
    const place = placeOf({ line: index + 1, column: begin + 1 });
    return [{ path, text: value, label: path.join('.'), place }];
  });
}
