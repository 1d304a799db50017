import { expect, test } from 'vitest';
import { served } from './served.fixture.ts';

/** Of one document, as two replicas have it. */
const at = (revision: number | string, size: number) => ({ meta: { revision }, pool: { size } });

const config = { monotonic: 'meta.revision' };
const answer = {
  code: 'WENT_BACK',
  says: ['meta.revision', 'from 2 to 1', 'goes back'],
} as const;

test('H26 the old version after the new one is refused, again and again, and the new one stays', async () => {
  await using made = await served(at(1, 4), { config });
  const { app } = made;
  made.serve(at(2, 8));
  await app.holds(at(2, 8));
  for (let n = 0; n < 3; n++) {
    made.serve(at(1, 4));
    // oxlint-disable-next-line no-await-in-loop -- one poll after the other
    await app.refuses(answer);
    made.serve(at(2, 8));
    // oxlint-disable-next-line no-await-in-loop -- as above
    await app.heals(at(2, 8));
  }
  made.serve(at(3, 16));
  await app.heals(at(3, 16));
  expect(app.record.of('config.changed').map(({ version }) => version)).toEqual([1, 2, 3]);
});

test.each([
  ['counters as texts', '9', '10'],
  ['dates', '2026-01-01T23:59:59Z', '2026-01-02T00:00:00Z'],
])('H26 %s are compared by what they mean', async (_, old, young) => {
  await using made = await served(at(old, 4), { config });
  made.serve(at(young, 8));
  await made.app.heals(at(young, 8));
  made.serve(at(old, 4));
  await made.app.refuses({ code: 'WENT_BACK', says: `from ${young} to ${old}` });
  expect(made.app.app.current).toEqual(at(young, 8));
});

test('H26 a document that has lost its revision is refused, too', async () => {
  await using made = await served(at(1, 4), { config });
  made.serve({ pool: { size: 8 } });
  await made.app.refuses({ code: 'WENT_BACK', says: 'has nothing at meta.revision' });
  expect(made.app.app.current).toEqual(at(1, 4));
});

test('H26 another document of the same revision is taken', async () => {
  await using made = await served(at(1, 4), { config });
  made.serve(at(1, 5));
  await made.app.heals(at(1, 5));
  expect(made.app.app.status.version).toBe(2);
});

test('H26 an operator may go back on purpose', async () => {
  await using made = await served(at(2, 8), { config });
  const { app } = made;
  made.serve(at(1, 4));
  await app.refuses(answer);
  expect(app.app.status.sources[0]?.waiting).toBeDefined();
  const accepted = app.app.acceptRefused({ by: 'ann', reason: 'the release is withdrawn' });
  await app.clock.advance(0);
  expect(await accepted).toMatchObject({ kind: 'accepted', changed: true });
  await app.heals(at(1, 4));
});

test('H26 without monotonic the old version is a document as any other', async () => {
  await using made = await served(at(2, 8));
  made.serve(at(1, 4));
  await made.app.heals(at(1, 4));
  expect(made.app.record.of('document.refused')).toEqual([]);
});
