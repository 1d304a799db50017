import { writeFile } from 'node:fs/promises';
import type { JsonValue } from '@holdfast/core';
import { envLoader } from '@holdfast/loaders/env';
import { expect, test } from 'vitest';
import { type Trial, trial } from './always.fixture.ts';
import { folderOf, polluted } from './watched.fixture.ts';

/** What a variable is read as; undefined where it counts as not set. */
const READ: readonly [string, JsonValue | undefined][] = [
  ['', undefined],
  ['text', 'text'],
  ['hello ', 'hello '],
  ['5', 5],
  ['-2.5', -2.5],
  ['true', true],
  ['null', null],
  ['yes', 'yes'],
  ['{"b":[1]}', { b: [1] }],
  ['["x"]', ['x']],
  ['"010"', '010'],
  ['gr\u00fc\u00df dich \u{1f44b}', 'gr\u00fc\u00df dich \u{1f44b}'],
  ['1.2.3', '1.2.3'],
  ['9007199254740991', 9007199254740991],
];

test.each(READ)('D14 a variable with the text %j is %j', async (text, value) => {
  const env = { APP_A: text, APP_B: 'b' };
  await using app = trial({ loader: envLoader({ prefix: 'APP_', env }) });
  await app.holds({ ...(value !== undefined && { a: value }), b: 'b' });
  expect(app.app.source().document()).toEqual(app.app.current);
});

const AMBIGUOUS: readonly string[] = [
  ' ',
  '1e3',
  '010',
  'true ',
  'TRUE',
  'Null',
  '+5',
  '1.50',
  '0x1f',
  '-0',
  ' 5',
  '.5',
  'Infinity',
  '9007199254740993',
  '0.12345678901234567890',
  '{nothing',
  ' {"b":1}',
  '\uff11\uff12',
];

test.each(AMBIGUOUS)(
  'D14 a variable with the text %j is ambiguous: refused by its name, without its text',
  async (text) => {
    const env: Record<string, string> = { APP_A: '1' };
    await using app = trial({ loader: envLoader({ prefix: 'APP_', env }) });
    await app.holds({ a: 1 });
    env['APP_A'] = text;
    const error = await app.refuses({ code: 'DECODE_FAILED', says: 'APP_A is ambiguous: ' });
    expect(error.message, 'words alone').toMatch(
      /: [a-z ,]+ \(to keep it a text, name its path in "texts"\)$/i,
    );
    env['APP_A'] = '2';
    await app.heals({ a: 2 });
  },
);

test.each<[string, Record<string, string>, string]>([
  ['A__B and A', { APP_A: '1', APP_A__B: 'hunter2' }, 'APP_A__B lies below APP_A'],
  ['A__B and A of JSON', { APP_A: '{"c":1}', APP_A__B: '2' }, 'APP_A__B lies below APP_A'],
  ['two names of one key', { APP_LOG_LEVEL: 'hunter2', APP_logLevel: 'b' }, 'means the same as'],
  ['no name', { APP_: 'hunter2' }, 'APP_ has an empty part'],
  ['three underscores', { APP___A: 'hunter2' }, 'APP___A has an empty part'],
])('D14 a clash of %s is refused, naming the variables', async (_, clash, says) => {
  const env: Record<string, string> = { APP_OK: '1' };
  await using app = trial({ loader: envLoader({ prefix: 'APP_', env }) });
  await app.holds({ ok: 1 });
  Object.assign(env, clash);
  const error = await app.refuses({ code: 'DECODE_FAILED', says });
  expect(error.message).not.toContain('hunter2');
  for (const name of Object.keys(clash)) delete env[name];
  await app.heals({ ok: 1 });
});

/** What the last poll that changed something changed, by path. */
const lastChanges = ({ record }: Trial) =>
  record
    .of('config.changed')
    .at(-1)!
    .changes.toSorted((a, b) => (String(a.path) < String(b.path) ? -1 : 1));

const APPEARED = [
  { path: ['logLevel'], kind: 'added', after: 'info' },
  { path: ['pool', 'maxSize'], kind: 'added', after: 8 },
];
const CHANGED_AND_GONE = [
  { path: ['logLevel'], kind: 'removed', before: 'info' },
  { path: ['pool', 'maxSize'], kind: 'changed', before: 8, after: 16 },
];

test('D14 variables that come, go and change are changes of the next poll, each of its kind; none at all is an empty layer', async () => {
  const env: Record<string, string | undefined> = { OTHER: 'x' };
  await using app = trial({
    loader: envLoader({ prefix: 'APP_', env }),
    config: { maxRemoved: 1 },
  });
  await app.holds({});
  env['APP_POOL__MAX_SIZE'] = '8';
  env['APP_LOG_LEVEL'] = 'info';
  await app.heals({ pool: { maxSize: 8 }, logLevel: 'info' });
  expect(lastChanges(app)).toEqual(APPEARED);
  env['APP_POOL__MAX_SIZE'] = '16';
  env['APP_LOG_LEVEL'] = undefined;
  await app.heals({ pool: { maxSize: 16 } });
  expect(lastChanges(app)).toEqual(CHANGED_AND_GONE);
  expect(app.app.status.version).toBe(3);
});

test('D14 a .env file that is polled alone: what comes, goes and changes in it are changes of the next poll', async () => {
  await using folder = await folderOf({ '.env': 'OTHER=x\n' });
  const file = folder.at('.env');
  await using app = trial({
    loader: envLoader({ prefix: 'APP_', file, watch: false }),
    config: { maxRemoved: 1 },
  });
  await app.holds({});
  await writeFile(file, 'APP_POOL__MAX_SIZE=8\nAPP_LOG_LEVEL=info\n');
  expect(app.app.current, 'nobody told of it').toEqual({});
  await app.heals({ pool: { maxSize: 8 }, logLevel: 'info' });
  expect(lastChanges(app)).toEqual(APPEARED);
  await writeFile(file, 'APP_POOL__MAX_SIZE=16\n');
  await app.heals({ pool: { maxSize: 16 } });
  expect(lastChanges(app)).toEqual(CHANGED_AND_GONE);
  expect(app.app.status.version).toBe(3);
});

test.each([
  ['APP___PROTO____POLLUTED', {}],
  ['APP_a.__proto__.polluted', { separator: '.' }],
  ['APP_A.__PROTO__.POLLUTED', { separator: '.' }],
  ['APP_A__CONSTRUCTOR__PROTOTYPE__POLLUTED', {}],
  ['APP_A', { text: '{"__proto__":{"polluted":1}}' }],
  ['APP_A', { text: '[{"constructor":{"prototype":{"polluted":1}}}]' }],
])('P6 the variable %s (%j) is refused, and nothing is polluted', async (name, options) => {
  const { text = '1', ...rest } = options as { text?: string };
  const env: Record<string, string> = { APP_OK: '1' };
  await using app = trial({ loader: envLoader({ prefix: 'APP_', env, ...rest }) });
  await app.holds({ ok: 1 });
  env[name] = text;
  const { outcome } = await app.poll();
  expect(outcome).toMatchObject({ kind: 'refused' });
  expect(app.app.current).toEqual({ ok: 1 });
  expect(polluted()).toEqual([]);
});
