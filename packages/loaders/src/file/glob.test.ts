import { expect, test } from 'vitest';
import { endsOf, patternOf } from './glob.ts';

test.each<[string, readonly string[], readonly string[]]>([
  ['*.yaml', ['a.yaml', '10-a.b.yaml'], ['.yaml', '.a.yaml', 'a.yml', 'a.yaml~', 'a.yamlx', '']],
  ['*', ['a', 'a.b'], ['.a', '..data']],
  ['?.json', ['a.json'], ['ab.json', '..json']],
  ['*.{yaml,yml}', ['a.yaml', 'a.yml'], ['a.{yaml,yml}', 'a.yam']],
  ['{a*,b}.json', ['a.json', 'ab.json', 'b.json'], ['aa', 'c.json', 'bb.json']],
  ['{*,.b}.json', ['a.json', '.b.json'], ['.a.json', '.json']],
  ['{a,}*.json', ['a.json', 'b.json'], ['.json', '.b.json']],
  ['{?,..}.json', ['a.json', '...json'], ['..json', 'ab.json']],
  ['a{.*,-?}', ['a.', 'a.b', 'a-b'], ['a', 'a-', 'ab']],
  ['app.json', ['app.json'], ['app-json', 'xapp.json']],
  ['.env*', ['.env', '.env.local'], ['env']],
  ['a+(b)$.json', ['a+(b)$.json'], ['aab.json']],
])('patternOf(%j) fits %j and not %j', (glob, fitting, others) => {
  const pattern = patternOf(glob)!;
  expect(fitting.filter((name) => !pattern.test(name))).toEqual([]);
  expect(others.filter((name) => pattern.test(name))).toEqual([]);
});

test.each(['**', 'a[bc].json', '!a.json', '{a', 'a}', '{a{b}}'])(
  'patternOf(%j) is none: it means something elsewhere that it does not mean here',
  (glob) => expect(patternOf(glob)).toBeUndefined(),
);

test('endsOf() gives each choice of the last braces', () => {
  expect(endsOf('*.{yaml,yml}')).toEqual(['*.yaml', '*.yml']);
  expect(endsOf('{a,b}.json')).toEqual(['{a,b}.json']);
});
