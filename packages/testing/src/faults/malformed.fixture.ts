/** Where what is broken stands: alone in a list, as a value, deep inside. The texts hold what nobody may be told. */
const PLACES: readonly ((broken: string) => string)[] = [
  (broken) => `[${broken}]`,
  (broken) => `{"password":"hunter2","a":${broken}}`,
  (broken) => `{"password":"hunter2","a":[{"b":[1,${broken}]}],\n"c":2}`,
];

/** Texts between spaces. */
const words = (line: string): string[] => line.split(' ');

const everywhere = (broken: readonly string[]): string[] =>
  broken.flatMap((each) => PLACES.map((place) => place(each)));

const inQuotes = (contents: readonly string[]): string[] =>
  everywhere(contents.map((content) => `"${content}"`));

/** Every place where a document can be cut. */
const cuts = (text: string): string[] =>
  Array.from({ length: text.length - 1 }, (_, at) => text.slice(0, at + 1));

const WHOLE = String.raw`{"password":"hunter2","a":[true,null,-1.5e+3],"b":{"c":"\u00e9"}}`;

/** Texts that are no JSON, by what is wrong with them. Made here, by category. */
export const MALFORMED: Readonly<Record<string, readonly string[]>> = {
  numbers: everywhere([
    ...words('01 -01 00 +1 - --1 -+1 .5 -.5 1. -1. 1.e2 1..2 1e 1E 1e+ 1e- 1ee2 1e2e3 1e2.5'),
    ...words('0x1F 0b1 0o7 1_000 1n 1f NaN -NaN Infinity -Infinity +Infinity 1,5e １ 1\u0660'),
    '1 000',
  ]),
  names: everywhere([
    ...words('True FALSE Null tru fals nul truee nulll undefined nil none yes a true1 $x'),
    'null null',
    String.raw`\u0074rue`,
  ]),
  strings: [
    ...inQuotes(words(String.raw`\x41 \a \0 \' \u12 \u12G4 \u \U00e9 \u{e9} a"b`)),
    ...inQuotes(['a\tb', 'a\nb', 'a\rb', 'a\u0000b', 'a\u001fb', '\\\n', '\\ ', '\\']),
    ...everywhere(words(`'a' \`a\` “a” a" "a "a"b "a"+"b"`)),
  ],
  arrays: everywhere([
    ...words('[,] [1,] [,1] [1,,2] [1;2] [1:2] [1} [ ] [1 [[1] [1]] ["a":1] [...] (1) [1,2 <1>'),
    '[1 2]',
  ]),
  objects: everywhere([
    ...words('{,} {"a"} {"a":} {:1} {"a":1,} {,"a":1} {"a":1,,"b":2} {"a"::1} {"a",1} {"a"=1}'),
    ...words(`{"a"=>1} {a:1} {'a':1} {1:1} {null:1} {[1]:1} {"a":1] { } {"a":1 {"a":{"b":1}`),
    ...words('{"a":1}} {"a":1;"b":2}'),
    '{"a":1 "b":2}',
    '{"a" 1}',
    '{"a":1\n"b":2}',
  ]),
  comments: everywhere([
    '1 // one',
    '/* one */ 1',
    '1 /* one',
    '# one',
    '-- one',
    '<!-- one --> 1',
  ]),
  'white space': [
    ...everywhere(['\u00a01', '\f1', '\v1', '\u20281', '\u30001', '\ufeff1', '1\u2060', '\u00001']),
    '{"password":"hunter2"}\u0000',
    '{"password":"hunter2"}\u001a',
    '\ufeff\ufeff{}',
    ' ',
    '\n',
  ],
  'two documents in one': [
    '{"password":"hunter2"}{}',
    '{"a":1}\n{"a":2}',
    '{"a":1}\n{"a":2}\n',
    '{} {}',
    '{}\n---\n{}',
    ...words('{}[] {},{} {"a":1}; {"a":1}x [1][2] {"a":1}\u001e{"a":2} {}#'),
  ],
  'other languages': [
    'a: 1\nb: 2',
    '[a]\nb = 1',
    'export default {}',
    'var a = {}',
    ')]}\',\n{"a":1}',
    '{"a": {{a}} }',
    ...words(`a=1 ({"a":1}) <config/> b'{}' callback({}) {{config}}`),
  ],
  'whatever is cut': cuts(WHOLE),
};
