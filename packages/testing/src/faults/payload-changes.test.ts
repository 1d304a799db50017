import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { trial } from './always.fixture.ts';
import { served } from './served.fixture.ts';

const first = { b: { y: [1, 2.5, 100], x: 'é/' }, a: 1, c: 0 };

test.each([
  ['another order of keys', '{"c":0,"a":1,"b":{"x":"é/","y":[1,2.5,100]}}'],
  ['more white space', ' {\n"b" : {"y": [ 1,2.5 ,100 ],\t"x":"é/"},\r\n "a":1,"c":0}\n\n'],
  ['no white space', JSON.stringify(first)],
  ['other spellings of numbers', '{"b":{"y":[1.0,25e-1,1E+2],"x":"é/"},"a":10e-1,"c":-0.0}'],
  [
    'other spellings of characters',
    String.raw`{"b":{"\u0079":[1,2.5,100],"x":"\u00e9\/"},"a":1,"c":0}`,
  ],
  ['a byte order mark', `\ufeff${JSON.stringify(first)}`],
  ['a key that counts twice', `{"a":7,${JSON.stringify(first).slice(1)}`],
])('P14 %s is no change', async (_, text) => {
  await using made = await served(first);
  const { app } = made.app;
  const before = [app.current, app.status.version, await app.fingerprint()];
  let heard = 0;
  app.onChange(() => (heard += 1));
  made.serve(text);
  for (let n = 0; n < 3; n++)
    expect((await made.app.poll()).outcome).toEqual({ kind: 'unchanged' });
  expect([app.current, app.status.version, await app.fingerprint()]).toEqual(before);
  expect(app.current).toBe(before[0]);
  expect([heard, made.app.record.of('config.changed').length]).toEqual([0, 1]);
});

test.each([
  ['another order of a list', '{"b":{"y":[2.5,1,100],"x":"é/"},"a":1,"c":0}'],
  ['a number as a text', '{"b":{"y":[1,2.5,100],"x":"é/"},"a":"1","c":0}'],
  ['null for nothing', '{"b":{"y":[1,2.5,100],"x":"é/"},"a":1,"c":0,"d":null}'],
  ['another form of the same character', '{"b":{"y":[1,2.5,100],"x":"e\u0301/"},"a":1,"c":0}'],
])('P14 %s is a change, and the only one', async (_, text) => {
  await using made = await served(first);
  made.serve(text);
  expect((await made.app.poll()).outcome).toMatchObject({ kind: 'accepted', changed: true });
  expect((await made.app.poll()).outcome).toEqual({ kind: 'unchanged' });
});

test('P15 a change and back again between two polls is no change', async () => {
  await using made = await served(first);
  let heard = 0;
  made.app.app.onChange(() => (heard += 1));
  const { version } = made.app.app.status;
  made.serve({ ...first, a: 2 });
  made.serve(first);
  expect((await made.app.poll()).outcome).toEqual({ kind: 'unchanged' });
  expect([heard, made.app.app.status.version]).toEqual([0, version]);
});

test('P15 a change and back again that are both pushed are two changes', async () => {
  const loader = mockLoader({ value: first, watch: true });
  await using app = trial<typeof first>({ loader });
  await app.holds(first);
  const heard: number[] = [];
  app.app.onChange(({ a }) => heard.push(a));
  loader.connect();
  await app.clock.advance(1);
  loader.push({ ...first, a: 2 });
  loader.push(first);
  await app.clock.advance(1);
  expect(heard).toEqual([2, 1]);
});

test('P16 good and bad documents by turns: only the good ones are seen, and the log is no flood', async () => {
  await using made = await served<typeof first>(first);
  const { app, record, lines } = made.app;
  const seen: number[] = [];
  app.onChange(({ a }) => seen.push(a));
  const told = lines.length;
  const kinds = [
    ['[1]', 'SCHEMA_FAILED', 'must be an object'],
    ['{"a":', 'DECODE_FAILED', 'is not valid JSON'],
    ['{"a":1e400}', 'LIMIT_EXCEEDED', 'beyond a double'],
  ] as const;
  for (let turn = 2; turn < 26; turn++) {
    const [text, code, says] = kinds[turn % kinds.length]!;
    made.serve(text);
    await made.app.refuses({ code, says });
    made.serve({ ...first, a: turn });
    expect((await made.app.poll()).outcome).toMatchObject({ kind: 'accepted' });
    expect(app.status).toMatchObject({ state: 'fresh', lastFailure: undefined });
  }
  expect(seen).toEqual(Array.from({ length: 24 }, (_, n) => n + 2));
  expect(record.of('document.refused')).toHaveLength(24);
  // one line for each kind and each change of state, beside one for each version
  const loud = lines.slice(told).filter(({ level }) => level !== 'debug');
  const versions = loud.filter(({ text }) => /: version \d+ is in force \(poll\)/.test(text));
  expect(versions).toHaveLength(24);
  expect(loud.length - versions.length).toBeLessThanOrEqual(2 * (kinds.length + 2));
});
