import { secret } from '@holdfast/core/zod';
import type { ChangeDetails, ConfigHandle } from '@holdfast/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { poll, settledScene } from './scene.fixture.ts';

const db = (password: string, host = 'a') => ({ db: { password, host } });
const hidden = { kind: 'changed', before: '[secret]', after: '[secret]' };
const host = { kind: 'changed', before: 'a', after: 'b' };

interface App {
  readonly db: { readonly password: string; readonly host: string };
}

/** What views of a config are told when password and host change. */
async function toldOf(config: object) {
  const made = await settledScene({ loader: { value: db('one') }, config });
  const app = made.app as unknown as ConfigHandle<App>;
  const told: Record<string, unknown> = {};
  const keep =
    (name: string) =>
    (_: unknown, { changes }: ChangeDetails<unknown>) => {
      told[name] = changes;
    };
  app.onChange(keep('whole'));
  app.select('db').onChange(keep('db'));
  app.select('db').select('password').onChange(keep('password'));
  app.select((value) => ({ copy: value.db.host })).onChange(keep('function'));
  app
    .select((value) => value.db)
    .select('host')
    .onChange(keep('below a function'));
  app.onChange(keep('immediate'), { immediate: true });
  expect(told['immediate']).toEqual([
    { path: ['db', 'password'], kind: 'added', after: '[secret]' },
    { path: ['db', 'host'], kind: 'added', after: 'a' },
  ]);
  made.loader.next(db('two', 'b'));
  await poll(made);
  return told;
}

test.each([
  ['the option', { secrets: ['db.password'] }],
  [
    'a schema',
    { schema: z.object({ db: z.object({ password: secret(z.string()), host: z.string() }) }) },
  ],
])(
  'changes of every view hide what is secret by %s, and paths stay relative',
  async (_, config) => {
    expect(await toldOf(config)).toEqual({
      whole: [
        { path: ['db', 'password'], ...hidden },
        { path: ['db', 'host'], ...host },
      ],
      immediate: [
        { path: ['db', 'password'], ...hidden },
        { path: ['db', 'host'], ...host },
      ],
      db: [
        { path: ['password'], ...hidden },
        { path: ['host'], ...host },
      ],
      password: [{ path: [], ...hidden }],
      function: [{ path: ['copy'], ...hidden }],
      'below a function': [{ path: [], ...hidden }],
    });
  },
);

test('changes hide a secret of an item that arrayKey finds at another index', async () => {
  const [a, b] = [
    { id: 'a', password: 'one' },
    { id: 'b', password: 'two' },
  ];
  const config = { arrayKey: 'id', secrets: ['servers.0.password'] };
  const made = await settledScene({ loader: { value: { servers: [a] } }, config });
  const told: unknown[] = [];
  made.app.onChange((_, { changes }) => told.push(changes));
  made.loader.next({ servers: [b, { ...a, password: 'three' }] });
  await poll(made);
  expect(told).toEqual([
    [
      { path: ['servers', 0, 'id'], kind: 'added', after: 'b' },
      { path: ['servers', 0, 'password'], kind: 'added', after: '[secret]' },
      { path: ['servers', 1, 'password'], ...hidden },
    ],
  ]);
});

test('changes show everything where nothing is secret', async () => {
  const made = await settledScene({ loader: { value: db('one') } });
  const changes: unknown[] = [];
  made.app.onChange((_, details) => changes.push(details.changes));
  made.loader.next(db('two'));
  await poll(made);
  expect(changes).toEqual([
    [{ path: ['db', 'password'], kind: 'changed', before: 'one', after: 'two' }],
  ]);
});

test('an equal secret is no change: the value keeps its identity', async () => {
  const schema = z.object({ db: secret(z.object({ password: z.string(), host: z.string() })) });
  const made = await settledScene({ loader: { value: db('one') }, config: { schema } });
  const before = made.app.current;
  made.loader.next({ db: { host: 'a', password: 'one' }, more: 1 });
  expect(await poll(made)).toMatchObject({ kind: 'accepted', changed: false });
  expect(made.app.current).toBe(before);
});
