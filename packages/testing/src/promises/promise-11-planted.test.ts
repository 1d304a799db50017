import { expect, test } from 'vitest';
import { FORMS, plant, type Planted, PLANTED, shown, WAYS } from './planted.fixture.ts';
import { tempFolder } from './process.fixture.ts';

/** A place where a secret could be met; add to it whatever else there comes to be seen. */
type Place = (planted: Planted) => unknown;

/** Of every config with secrets, however they were told. */
const EVERYWHERE: Readonly<Record<string, Place>> = {
  'events of the stream': ({ events }) => events,
  'messages on diagnostics_channel': ({ diagnosed }) => diagnosed,
  CloudEvents: ({ clouds }) => clouds,
  'structured log lines': ({ lines }) => lines,
  'changes that listeners and views are told': ({ told }) => told.map(({ changes }) => changes),
  'outcomes of refresh()': ({ outcomes }) => outcomes,
  'errors of ready() and current, with their causes': ({ errors }) => errors,
  'the status and the summary': ({ app, summary }) => [app.status, summary],
  'what operators are shown': ({ operated }) => operated,
  'the audit trail': ({ audited }) => audited,
  'metrics and their labels': ({ metrics }) => metrics,
  'cache files': ({ disk }) => disk,
  'the fingerprint': ({ fingerprint }) => fingerprint,
  'the source, printed': ({ app }) => app.source(),
  'the handle and a view, printed': ({ app }) => [app, app.select(['db'])],
};

/** Where the schema makes each of them a Secret. */
const OF_A_SCHEMA: Readonly<Record<string, Place>> = {
  'the value, printed': ({ app }) => app.current,
  'details of changes, printed': ({ told }) => told,
};

async function formsIn(way: object, places: Readonly<Record<string, Place>>) {
  await using folder = await tempFolder();
  const planted = await plant(folder.path, way);
  const texts = Object.entries(places).map(
    ([name, place]) => [name, shown(place(planted))] as const,
  );
  const found = texts.flatMap(([name, text]) =>
    FORMS.filter((form) => text.includes(form)).map((form) => `${name}: ${form}`),
  );
  return { planted, found, texts };
}

test.each([
  ['secret() of a schema', WAYS.schema, { ...EVERYWHERE, ...OF_A_SCHEMA }],
  ['the option secrets', WAYS.paths, EVERYWHERE],
])('promise 11: a secret of %s is found in none of the places', async (_, way, places) => {
  const { planted, found, texts } = await formsIn(way, places);
  expect(found).toEqual([]);
  // it all happened, and each place has something in it
  const kinds = planted.outcomes.map(({ kind }) => kind);
  expect(kinds).toEqual(['accepted', 'refused', 'accepted', 'refused']);
  expect(planted.told.length).toBeGreaterThan(6);
  expect(planted.errors).toHaveLength(3);
  expect(texts.filter(([, text]) => text.length < 20)).toEqual([]);
  expect(planted.diagnosed.length).toBeGreaterThan(6);
  expect(shown(planted.told.map(({ changes }) => changes))).toContain('[secret]');
  expect(shown(planted.clouds)).toContain('[secret]');
});

test('promise 11: what is secret is there for the application', async () => {
  await using folder = await tempFolder();
  const { app } = await plant(folder.path, WAYS.paths);
  expect(app.get(['db', 'password'])).toBe(PLANTED[2]);
});

test('promise 11: the check can fail', async () => {
  const { schema } = WAYS.paths as { schema: object };
  const { found } = await formsIn({ schema }, EVERYWHERE);
  const places = new Set(found.map((each) => each.split(':')[0]));
  expect([...places]).toEqual(
    expect.arrayContaining([
      'events of the stream',
      'messages on diagnostics_channel',
      'CloudEvents',
      'changes that listeners and views are told',
    ]),
  );
});
