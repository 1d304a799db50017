import { expect, test } from 'vitest';
import { polled, schemaOf, settledLayers } from './layers.fixture.ts';

const equal = () =>
  settledLayers(
    { low: { value: { a: 1 } }, high: { value: { b: 1 }, watch: true } },
    { config: { schema: schemaOf(({ a, b }) => a === b) } },
  );

const well = {
  state: 'fresh',
  validation: 'valid',
  lastFailure: undefined,
  sources: [
    { state: 'fresh', validation: 'valid', waiting: undefined },
    { state: 'fresh', validation: 'valid', waiting: undefined },
  ],
};

test('refresh() says accepted when documents that belong together came together', async () => {
  const made = await equal();
  made.loaders.low.next({ a: 2 });
  made.loaders.high.next({ b: 2 });
  expect(await polled(made)).toEqual({ kind: 'accepted', version: 2, changed: true });
  expect(made.app.current).toEqual({ a: 2, b: 2 });
  expect(made.app.status).toMatchObject(well);
  expect(made.manager.summary().totals).toMatchObject({ refused: 0, held: 0, problems: 0 });
});

test('refresh() says held when documents that belong together wait together', async () => {
  const made = await settledLayers(
    { low: { value: { a: 1 } }, high: { value: { b: 1 } } },
    {
      config: {
        schema: schemaOf(({ a, b }) => a === b),
        updates: { max: 2, windowMs: 600_000 },
      },
    },
  );
  for (const n of [2, 3]) {
    made.loaders.low.next({ a: n });
    made.loaders.high.next({ b: n });
    const kind = n === 2 ? 'accepted' : 'held';
    expect(await polled(made)).toMatchObject({ kind });
  }
  expect(made.app.status).toMatchObject({ state: 'fresh', lastFailure: undefined });
});

test('refresh() says vetoed when a participant would not have documents that came together', async () => {
  const made = await equal();
  made.app.attach({ name: 'part', canApply: () => 'no room' });
  made.loaders.low.next({ a: 2 });
  made.loaders.high.next({ b: 2 });
  expect(await polled(made)).toMatchObject({ kind: 'vetoed' });
  expect(made.app.status).toMatchObject({ lastFailure: { code: 'VETOED' } });
});

test('refresh() says refused when one of several documents stays out', async () => {
  const made = await equal();
  made.loaders.low.next({ a: 2 });
  made.loaders.high.next({ b: 3 });
  expect(await polled(made)).toMatchObject({ kind: 'refused' });
});

test('status is well again when the document that was kept comes in with a later one', async () => {
  const made = await equal();
  made.loaders.low.next({ a: 2 });
  await polled(made);
  expect(made.app.status.sources[0]).toMatchObject({ state: 'stale', validation: 'refused' });
  made.record.clear();
  made.loaders.high.connect();
  made.loaders.high.push({ b: 2 });
  await made.clock.advance(1);
  expect(made.app.status).toMatchObject(well);
  expect(made.record.of('status.changed')).toMatchObject([{ state: 'fresh', previous: 'stale' }]);
});

test('status is well again when a rule ends that kept a document away, and as old as its answer', async () => {
  const made = await equal();
  const end = made.app.rule('a', (a: unknown) => a !== 2, 'too much');
  made.loaders.low.next({ a: 2 });
  made.loaders.high.next({ b: 2 });
  expect(await polled(made)).toMatchObject({ kind: 'refused' });
  made.app.pause();
  await made.clock.advance(7_000);
  end();
  await made.clock.advance(1);
  expect(made.app.status).toMatchObject(well);
  expect(made.app.status.ageMs).toBeGreaterThanOrEqual(7_000);
});

test('status shows the reason of today when what was kept is refused for another', async () => {
  const made = await settledLayers({ low: { value: { a: 1 } }, high: { value: { b: 1 } } });
  const ends = ['too much', 'even'].map((why) => made.app.rule('a', (a: unknown) => a !== 2, why));
  made.loaders.low.next({ a: 2 });
  await polled(made);
  const before = made.app.status.lastFailure!;
  expect(before.message).toContain('too much');
  await made.clock.advance(1_000);
  ends[0]!();
  await made.clock.advance(1);
  const [low] = made.app.status.sources;
  expect(low!.lastFailure).toMatchObject({ message: expect.stringContaining('even') });
  expect(low!.lastFailure!.at).toBe(before.at);
  expect(low!.waiting).toMatchObject({ reason: low!.lastFailure!.message });
  ends[1]!();
  await made.clock.advance(1);
  expect(made.app.status).toMatchObject(well);
});

test('status still tells of a failure since, though the document that was kept comes in', async () => {
  const made = await equal();
  made.loaders.low.next({ a: 2 });
  await polled(made);
  made.loaders.low.fail(Infinity);
  made.loaders.high.next({ b: 2 });
  expect(await polled(made)).toMatchObject({ kind: 'failed' });
  expect(made.app.current).toEqual({ a: 2, b: 2 });
  expect(made.app.status.sources).toMatchObject([{ state: 'stale' }, { state: 'fresh' }]);
});
