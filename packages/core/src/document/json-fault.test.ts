import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileJson } from './json.fixture.ts';
import { findJsonFault } from './json-fault.ts';

/** What random edits put into a text: all that JSON is made of, and some that it is not. */
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '-',
  '0',
  '7',
  '.',
  'e',
  'E',
  '+',
  ' ',
  '\n',
  '\t',
  'true',
  'nul',
  'null',
  '\\u00',
  '\\u0041',
  '\\n',
  '\\x',
  '\0',
  '\u001f',
  'é',
  '\ud800',
  '😀',
  '//',
  '/*',
  "'",
  'NaN',
  '\ufeff',
  '\u00a0',
  '\u2028',
  'a',
  '"a":',
  '1e5',
  '01',
];

/** The text of a document after some edits; often no JSON any more, and then nearly always nearly so. */
const mutated: fc.Arbitrary<string> = fc
  .tuple(
    hostileJson,
    fc.constantFrom(undefined, 1, '\t'),
    fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(...PIECES), fc.nat(3)),
      {
        maxLength: 4,
      },
    ),
  )
  .map(([value, space, edits]) =>
    edits.reduce(
      (text, [place, piece, drop]) => {
        const at = Math.floor(place * text.length);
        return text.slice(0, at) + piece + text.slice(at + drop);
      },
      JSON.stringify(value, undefined, space),
    ),
  );

function accepted(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('findJsonFault() finds a fault exactly where JSON.parse refuses', () => {
  let refused = 0;
  fc.assert(
    fc.property(mutated, (text) => {
      const { offset, expected } = findJsonFault(text);
      const faultless = offset === text.length && expected === 'nothing more';
      expect(faultless).toBe(accepted(text));
      refused += faultless ? 0 : 1;
    }),
    { numRuns: 5_000 },
  );
  expect(refused).toBeGreaterThan(500);
});

test('findJsonFault() gives a position whose prefix can be completed, and with one character more cannot', () => {
  fc.assert(
    fc.property(mutated, (text) => {
      fc.pre(!accepted(text));
      const { offset } = findJsonFault(text);
      expect(offset).toBeLessThanOrEqual(text.length);
      const completed = complete(text.slice(0, offset));
      expect(completed, `of ${JSON.stringify(text)} up to ${offset}`).toSatisfy(accepted);
    }),
    { numRuns: 3_000 },
  );
});

test('findJsonFault() finds the same fault whatever follows it', () => {
  fc.assert(
    fc.property(mutated, fc.constantFrom(...PIECES), (text, more) => {
      fc.pre(!accepted(text));
      const fault = findJsonFault(text);
      // a number, name or escape that was cut may be mended by what follows
      fc.pre(fault.offset < text.length && !/[\w+\-.\\]$/.test(text));
      expect(findJsonFault(text + more)).toEqual(fault);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  '1',
  ' [ ] ',
  '{"a":[{"b":null}]}',
  '"\\u12aB\\/"',
  '-0.0e-0',
  '"\u007f\ud800"',
  '\r\n\t true',
])('findJsonFault() finds nothing in %j', (text) => {
  expect(accepted(text)).toBe(true);
  expect(findJsonFault(text)).toEqual({ offset: text.length, expected: 'nothing more' });
});

/**
 * Ends a text that is the beginning of JSON: by trying at each step what could come next. Gives `prefix` itself when
 * nothing helps.
 */
function complete(prefix: string): string {
  const closers: string[] = [];
  let inString = false;
  for (let i = 0; i < prefix.length; i++) {
    const char = prefix[i]!;
    if (inString) {
      if (char === '\\') i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{') closers.unshift('}');
    else if (char === '[') closers.unshift(']');
    else if (char === '}' || char === ']') closers.shift();
  }
  const tail = closers.join('');
  const quote = inString ? '"' : '';
  const endings = ['', ':0', '0', '"":0'].map((ending) => prefix + quote + ending + tail);
  return endings.find(accepted) ?? prefix;
}
