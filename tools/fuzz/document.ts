import type { Chance } from './chance.ts';

const NAMES = [
  'a',
  'pool',
  'size',
  'logLevel',
  'é',
  '',
  'a.b',
  'toString',
  'then',
  '0',
  '😀',
  '\u001b[31m\n',
  '\u009b\u2028',
];

const LEAVES: readonly unknown[] = [
  0,
  -1,
  1.5,
  2 ** 53,
  1e300,
  true,
  false,
  null,
  '',
  'x',
  'é😀\u2028',
  '</script>',
  '{"a":1}',
  '\0\\"',
  'Sun, 06 Nov 1994 08:49:37 GMT',
  'x'.repeat(300),
  [],
  {},
];

/** A document as bytes: mostly an object of JSON; seldom other JSON, or what is none. */
export function documentOf(chance: Chance): Buffer {
  if (chance.happens(0.05)) return Buffer.from(chance.pick(ODD), 'latin1');
  const text = JSON.stringify(objectOf(chance, 0), undefined, chance.pick([0, 0, 0, 2]));
  return Buffer.from(chance.happens(0.05) ? `\ufeff${text}` : text);
}

/** Bytes in Latin-1, so that a text can be no UTF-8. */
const ODD = [
  '',
  ' ',
  'null',
  '42',
  '"x"',
  '[]',
  '[{}]',
  '{}',
  '{} ',
  '{}{}',
  '{"a":1',
  '{"a":1}}',
  "{'a':1}",
  '{"a":1e400}',
  '{"a":9007199254740993}',
  '{"a":-0}',
  '{"a":1,"a":2}',
  '{"a":"ÿ"}',
  '{"a":"í\xA0"}',
  '{"a":"\\ud800"}',
  '{"a":"\0"}',
  'ÿþ{\0}\0',
  'À®{}',
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '<!doctype html><p>Log in',
  '<config/>',
  'a: 1',
  `{"a":${'['.repeat(90)}${']'.repeat(90)}}`,
];

function objectOf(chance: Chance, depth: number): Record<string, unknown> {
  const keys = chance.size(depth === 0 ? 40 : 8);
  return Object.fromEntries(
    Array.from({ length: keys }, () => [nameOf(chance), valueOf(chance, depth + 1)]),
  );
}

function nameOf(chance: Chance): string {
  return chance.happens(0.5) ? chance.pick(NAMES) : `key${chance.int(200)}`;
}

function valueOf(chance: Chance, depth: number): unknown {
  if (depth < 5 && chance.happens(0.2)) return objectOf(chance, depth);
  if (depth < 5 && chance.happens(0.1)) {
    return Array.from({ length: chance.size(9) }, () => valueOf(chance, depth + 1));
  }
  return chance.happens(0.3) ? chance.int(100_000) / 100 : chance.pick(LEAVES);
}
