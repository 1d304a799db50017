import type { ParticipantOptions, Transaction } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { ann, type Kept, type Size, soon } from './history.fixture.ts';
import { type Pair, pair, sizes } from './transaction.fixture.ts';

/** Attaches what notes down its calls, but for those that `own` makes itself. */
function noting(called: string[], { app }: Kept, own: Partial<ParticipantOptions<Size>> = {}) {
  const note = (call: string) => (): void => void called.push(`${app.name} ${call}`);
  app.attach({
    name: `part of ${app.name}`,
    canApply: note('canApply'),
    apply: note('apply'),
    undo: note('undo'),
    ...own,
  });
}

/** Sets both sizes. */
const setBoth =
  ({ app, db }: Pair, appSize: number, dbSize: number) =>
  (tx: Transaction): void => {
    tx.override(app.app, { size: appSize });
    tx.override(db.app, { size: dbSize });
  };

const run = (made: Pair, appSize = 2, dbSize = 2): Promise<unknown> =>
  soon(made.app, made.app.manager.transaction(setBoth(made, appSize, dbSize), ann));

describe('transaction()', () => {
  test('asks the participants of all configs whether they can before any applies', async () => {
    const made = await pair();
    const called: string[] = [];
    noting(called, made.app);
    noting(called, made.db);
    await run(made);
    expect(called).toEqual(['app canApply', 'db canApply', 'app apply', 'db apply']);
  });

  test('asks no participant when the schema of another config refuses', async () => {
    const made = await pair();
    const called: string[] = [];
    noting(called, made.app);
    await expect(run(made, 90, 90)).rejects.toMatchObject({ code: 'SCHEMA_FAILED' });
    expect(called).toEqual([]);
  });

  test('asks no participant when a rule of another config refuses', async () => {
    const made = await pair();
    const called: string[] = [];
    noting(called, made.app);
    made.db.app.rule('size', (size) => size !== 2, 'two is odd');
    await expect(run(made)).rejects.toMatchObject({ code: 'CHECK_FAILED' });
    expect(called).toEqual([]);
  });

  test('lets nobody apply when a participant of the last config cannot', async () => {
    const made = await pair();
    const called: string[] = [];
    noting(called, made.app);
    noting(called, made.db, { canApply: () => 'no room' });
    await expect(run(made)).rejects.toMatchObject({
      code: 'VETOED',
      message:
        'The transaction changed nothing: config "db": Participant "part of db" would not have it (canApply): no room',
    });
    expect(called).toEqual(['app canApply']);
  });

  test('asks no further when a config was closed meanwhile', async () => {
    const made = await pair();
    const called: string[] = [];
    noting(called, made.app, { canApply: () => void made.db.app.close() });
    noting(called, made.db);
    await expect(run(made)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(called).toEqual([]);
  });

  test('names those of all configs who could not take back what they did, and logs them', async () => {
    const made = await pair();
    const { app, db } = made;
    const stuck = { undo: () => Promise.reject(new Error('no')) };
    noting([], app, stuck);
    noting([], db, stuck);
    db.app.attach({ name: 'last', after: ['part of db'], apply: () => 'no room' });
    const message =
      'The transaction changed nothing: config "db": Participant "last" would not have it (apply): no room; ' +
      'what was done could not be taken back by part of db; what was done in config "app" could not be taken back by part of app';
    await expect(run(made)).rejects.toMatchObject({ code: 'VETOED', message });
    expect(app.app.status.diverged).toEqual(['part of app']);
    expect(db.app.status.diverged).toEqual(['part of db']);
    expect(sizes(made)).toEqual([1, 1]);
    const told = app.record.of('reload.failed').find(({ config }) => config === 'app');
    expect(`The transaction changed nothing: ${told!.error.message}`).toBe(message);
  });

  test('names who could not take it back in the message where that is another config than the one that vetoed', async () => {
    const made = await pair();
    noting([], made.app, { undo: () => Promise.reject(new Error('no')) });
    noting([], made.db, { apply: () => 'no room' });
    await expect(run(made)).rejects.toMatchObject({
      message: expect.stringMatching(
        /no room; what was done in config "app" could not be taken back by part of app$/,
      ),
    });
  });

  test('takes a path as a list of keys', async () => {
    const made = await pair();
    const { app } = made;
    const done = app.manager.transaction((tx) => {
      tx.override(app.app, ['size'], 7, { ttlMs: 5_000 });
      // @ts-expect-error a size is a number
      if (sizes(made)[0] === 0) tx.override(app.app, ['size'], 'seven');
    }, ann);
    await soon(app, done);
    expect(app.app.current).toEqual({ size: 7 });
    await app.clock.advance(5_000);
    expect(app.app.current).toEqual({ size: 1 });
  });

  test('refuses a path without keys', async () => {
    const { app } = await pair();
    const done = app.manager.transaction((tx) => tx.override(app.app, [], { size: 7 }), ann);
    await expect(soon(app, done)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });
});
