import { expect, test } from 'vitest';
import { z } from 'zod';
import { because, type Layer, type LayersOptions, settledLayers } from './layers.fixture.ts';

const schema = z.object({
  log: z.string(),
  pool: z.object({ size: z.int(), hosts: z.array(z.object({ url: z.string() })).optional() }),
  labels: z.record(z.string(), z.string()).optional(),
  sleep: z.object({ ms: z.int() }).optional(),
});
const value = { log: 'info', pool: { size: 4 }, beside: true };

const scene = (more: LayersOptions['config'] = {}, layer: Layer = { value }) =>
  settledLayers({ origin: layer }, { config: { schema, ...more } });

test('override() warns when a part of it is in no layer and the schema drops it', async () => {
  const { app, clock, record } = await scene();
  const patch = { logLvl: 'debug', pool: { size: 8, sise: 9 }, extra: { a: [1], b: 2 } };
  const held = await app.override(patch, because);
  await clock.advance(0);
  expect(app.current).toEqual({ log: 'info', pool: { size: 8 } });
  expect(record.of('config.warned')).toMatchObject([
    {
      config: 'app',
      source: held.id,
      message: `Override ${held.id} does nothing at logLvl, pool.sise, extra: no layer has that, and the value would be the same without it`,
    },
  ]);
});

test.each([
  ['is in a layer', { log: 'debug', beside: false }],
  ['is in the value alone', { labels: { team: 'a' }, sleep: { ms: 1 } }],
  ['is within an array', { pool: { hosts: [{ url: 'a', port: 1 }] } }],
])('override() warns of nothing that %s', async (_, patch) => {
  const { app, clock, record } = await scene();
  expect(await app.override(patch, { ...because, dryRun: true })).toMatchObject({ ignored: [] });
  await app.override(patch, because);
  await clock.advance(0);
  expect(record.of('config.warned')).toEqual([]);
});

test('override() warns of nothing that the schema gives another name', async () => {
  const renames = z
    .object({ ttl: z.int().optional() })
    .transform(({ ttl = 1 }) => ({ ttlMs: ttl * 1_000 }));
  const { app, clock, record } = await scene({ schema: renames }, { value: {} });
  await app.override({ ttl: 5 }, because);
  await clock.advance(0);
  expect(app.current).toEqual({ ttlMs: 5_000 });
  expect(record.of('config.warned')).toEqual([]);
});

test('override() warns of nothing that waits for a restart', async () => {
  const { app, clock, record } = await scene({ restartOnly: ['labels'] });
  await app.override({ labels: { team: 'a' } }, because);
  await clock.advance(0);
  expect(app.status.pendingRestart).toEqual(['labels.team']);
  expect(record.of('config.warned')).toEqual([]);
});

test('override() warns in a transaction, too', async () => {
  const { app, clock, manager, record } = await scene();
  await manager.transaction((tx) => tx.override(app, { logLvl: 'debug' }), because);
  await clock.advance(0);
  expect(record.of('config.warned')).toMatchObject([{ source: 'o1' }]);
});

test('dryRun lists what an override would do nothing at, by path and by patch', async () => {
  const { app, record } = await scene();
  const dry = { ...because, dryRun: true } as const;
  const nothing = { changes: [], problems: [], pendingRestart: [] };
  expect(await app.override({ logLvl: 'debug' }, dry)).toEqual({ ...nothing, ignored: ['logLvl'] });
  expect(await app.override(['pool', 'si.ze'], 1, dry)).toMatchObject({
    ignored: ['pool["si.ze"]'],
  });
  // where there would be no value nobody can say
  expect(await app.override({ pool: null, logLvl: 1 }, dry)).toMatchObject({ ignored: [] });
  expect(record.of('config.warned')).toEqual([]);
});

test('override() warns of what another override is misspelt in, too', async () => {
  const { app, clock, record } = await scene();
  const typo = { logLvl: 'debug' };
  await app.override(typo, because);
  expect(await app.override(typo, { ...because, dryRun: true })).toMatchObject({
    ignored: ['logLvl'],
  });
  await app.override(typo, because);
  await clock.advance(0);
  expect(record.of('config.warned').map(({ source }) => source)).toEqual(['o1', 'o2']);
});
