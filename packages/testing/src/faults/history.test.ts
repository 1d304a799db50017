import { describe, expect, test } from 'vitest';
import { ann, brings, everything, keeps, soon, upTo } from '../runtime/history.fixture.ts';

/** A participant that takes its time. */
function slow() {
  let go: () => void = () => {};
  const apply = (): Promise<void> => new Promise((done) => (go = done));
  return { participant: { name: 'pool', apply }, release: () => go() };
}

describe('C14 during an update', () => {
  test('a snapshot is what is in force, before or after, and whole', async () => {
    const made = await keeps();
    const pool = slow();
    made.app.attach(pool.participant);
    made.loader.next({ size: 2 });
    const update = made.app.refresh();
    await made.clock.advance(1);
    const before = await soon(made, made.app.snapshot({ description: 'during' }));
    pool.release();
    await soon(made, update);
    const after = await made.app.snapshot({ description: 'after' });
    expect([before.version, after.version]).toEqual([1, 2]);
    expect((await made.app.diff(before.id, after.id)).changes).toEqual([
      { path: ['size'], kind: 'changed', before: 1, after: 2 },
    ]);
  });

  test('a rollback waits for its turn, and goes back from what the update brought', async () => {
    const made = await keeps();
    const pool = slow();
    const detach = made.app.attach(pool.participant);
    made.loader.next({ size: 2 });
    const update = made.app.refresh();
    await made.clock.advance(1);
    const back = made.app.rollback(1, ann);
    await made.clock.advance(1);
    expect(made.app.current).toEqual({ size: 1 });
    detach();
    pool.release();
    expect(await soon(made, update)).toMatchObject({ kind: 'accepted', version: 2 });
    expect(await soon(made, back)).toMatchObject({ kind: 'accepted', version: 3 });
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.record.of('config.changed').map(({ trigger }) => trigger)).toEqual([
      'poll',
      'refresh',
      'rollback',
    ]);
  });

  test('a poll whose answer a rollback overtook is asked again', async () => {
    const made = await keeps();
    await brings(made, { size: 2 });
    made.loader.delay(500);
    const poll = made.app.refresh();
    await made.clock.advance(1);
    await soon(made, made.app.rollback(1, ann));
    await made.clock.advance(1_000);
    expect(await soon(made, poll)).toEqual({ kind: 'held' });
    expect(made.app.current).toEqual({ size: 1 });
  });
});

describe('C14 a rollback to a config that', () => {
  test('the schema no longer accepts is refused with the reason, and changes nothing', async () => {
    let max = 100;
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) =>
          (upTo(max) as { '~standard': { validate(v: unknown): unknown } })['~standard'].validate(
            value,
          ),
      },
    };
    const made = await keeps({ schema, value: { size: 80 } });
    const { id } = await made.app.snapshot({ description: 'large' });
    await brings(made, { size: 10 });
    max = 50;
    for (const to of [1, id]) {
      const before = await everything(made);
      await expect(soon(made, made.app.rollback(to, ann))).rejects.toMatchObject({
        code: 'SCHEMA_FAILED',
        message: expect.stringContaining('size: Too big: expected number to be <=50'),
      });
      expect(await everything(made)).toEqual(before);
    }
    expect(made.record.of('reload.failed')).toHaveLength(2);
    expect(made.record.of('history.rolledback')).toEqual([]);
  });

  test('a rule no longer accepts is refused with the reason', async () => {
    const made = await keeps({ value: { size: 80 } });
    await brings(made, { size: 10 });
    made.app.rule('size', (size) => size < 50, 'is too large for this machine');
    const before = await everything(made);
    await expect(soon(made, made.app.rollback(1, ann))).rejects.toMatchObject({
      code: 'CHECK_FAILED',
      message: expect.stringContaining('is too large for this machine'),
    });
    expect(await everything(made)).toEqual(before);
  });
});

test('C14 the same bad document after a rollback stays barred, over polls and a restart', async () => {
  const made = await keeps();
  await brings(made, { size: 99 });
  await soon(made, made.app.rollback(1, ann));
  for (let poll = 0; poll < 3; poll++) {
    await brings(made, { size: 99 });
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status.sources[0]!.waiting).toEqual({ kind: 'barred' });
    expect(made.app.status).toMatchObject({ state: 'fresh', pinned: 'document', version: 3 });
  }
  await soon(made, made.manager.close());
  const again = await keeps({ cache: made.cache, value: { size: 99 } });
  await again.clock.advance(61_000);
  expect(again.app.current).toEqual({ size: 1 });
  await brings(again, { size: 98 });
  expect(again.app.current).toEqual({ size: 98 });
  await brings(again, { size: 99 });
  expect(again.app.current).toEqual({ size: 98 });
  await soon(again, again.app.unpin(ann));
  expect(again.app.current).toEqual({ size: 99 });
});
