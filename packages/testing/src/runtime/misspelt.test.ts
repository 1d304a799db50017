import { restartOnly, secret } from '@holdfast/core/zod';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { because, layers, type LayersOptions, polled } from './layers.fixture.ts';

const value = { revision: 1, db: { password: 'a' }, users: [], team: { ann: { pin: 1 } } };
const nothingAt = (option: string, path: string): string =>
  `"${option}" names ${path}, and neither the document nor the value has anything there: is it misspelt?`;

async function scene(config: object, given: object = { origin: { value } }) {
  const made = layers(given as never, { config } as LayersOptions);
  await made.clock.advance(1);
  return made;
}

async function warnings(config: object): Promise<readonly string[]> {
  const { record } = await scene(config);
  return record.of('config.warned').map(({ message }) => message);
}

test('a path in options where there is nothing is told', async () => {
  const config = {
    secrets: ['db.pasword', 'users.*.pin', 'team.*.pan', 'db.password'],
    restartOnly: ['dv'],
    dynamicOnly: ['team', 'tem'],
    ignore: ['team.*.pin', 'users.*.seen', 'generatedAt'],
    monotonic: 'revison',
  };
  expect(await warnings(config)).toEqual([
    nothingAt('secrets', 'db.pasword'),
    nothingAt('secrets', 'team.*.pan'),
    nothingAt('restartOnly', 'dv'),
    nothingAt('dynamicOnly', 'tem'),
    nothingAt('ignore', 'generatedAt'),
    nothingAt('monotonic', 'revison'),
  ]);
});

test.each([
  ['the document alone has something', { schema: z.object({}), secrets: ['db.password'] }],
  [
    'the value alone has something',
    { schema: z.object({ tls: z.string().default('a') }), restartOnly: ['tls'] },
  ],
  ['the defaults have something', { defaults: { tls: 'a' }, secrets: ['tls'] }],
  [
    'the schema says that it may be absent',
    {
      schema: z.looseObject({
        tls: z.object({ key: secret(z.string()), port: restartOnly(z.int()) }).optional(),
      }),
    },
  ],
])('nothing is told of a path at which %s', async (_, config) => {
  expect(await warnings(config)).toEqual([]);
});

test('a path is told of once, when every source has given its document', async () => {
  const made = await scene(
    { secrets: ['pasword'] },
    { low: { value }, high: { optional: true, whenAbsent: 'empty' } },
  );
  expect(made.record.of('config.warned')).toEqual([]);
  made.loaders['high']!.next({ size: 1 });
  for (const size of [1, 2]) {
    made.loaders['high']!.next({ size });
    const refreshed = made.app.refresh();
    await made.clock.advance(0);
    await refreshed;
  }
  await made.app.override({ size: 3 } as never, because);
  await made.clock.advance(0);
  expect(made.record.of('config.warned').map(({ message }) => message)).toEqual([
    nothingAt('secrets', 'pasword'),
  ]);
});

test('a path of a participant at which the value has nothing is told of once, also of one that comes late', async () => {
  const made = layers({ origin: { value } }, {});
  const attach = (name: string, ...paths: string[]): void =>
    void made.app.attach({ name, paths, canApply: () => true });
  attach('early', 'db.pasword', 'db.password', 'users');
  attach('all');
  await made.clock.advance(1);
  attach('late', 'team.ann', 'taem');
  for (const revision of [2, 3]) {
    made.loaders.origin.next({ ...value, revision });
    await polled(made);
  }
  const nothing = (name: string, path: string): string =>
    `Participant "${name}" names ${path} in its paths, and the value has nothing there: is it misspelt?`;
  expect(made.record.of('config.warned').map(({ message }) => message)).toEqual([
    nothing('early', 'db.pasword'),
    nothing('late', 'taem'),
  ]);
});

test('a path of a participant is not misspelt below what is a leaf, nor where there was something before', async () => {
  const schema = z.looseObject({ db: secret(z.object({ password: z.string() })) });
  const made = await scene({ schema });
  const paths = ['db.password', 'team.ann', 'revision.major'];
  made.app.attach({ name: 'part', paths, canApply: () => true });
  made.loaders['origin']!.next({ ...value, team: {} });
  await polled(made);
  expect(made.record.of('config.warned')).toEqual([]);
});
