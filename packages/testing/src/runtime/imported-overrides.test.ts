import type { StateDocument } from '@holdfast/core';
import { expect, test } from 'vitest';
import { ann, brings, keeps, type Kept, soon } from './history.fixture.ts';

const bob = { by: 'bob', reason: 'his' } as const;

/** As another process writes it down, in which `set` was done. */
async function written(set: (kept: Kept) => Promise<unknown>): Promise<StateDocument> {
  const made = await keeps();
  await soon(made, set(made));
  return JSON.parse(JSON.stringify(await made.manager.exportState())) as StateDocument;
}

const takes = (made: Kept, document: StateDocument) =>
  soon(made, made.manager.importState(document, ann));

test('a handle takes no override of an import away that is somebody else’s', async () => {
  const document = await written(({ app }) => app.override({ size: 5 }, bob));
  const made = await keeps();
  const held = await soon(made, made.app.override({ size: 2 }, ann));
  await takes(made, document);
  expect(await soon(made, held.clear())).toEqual({ kind: 'unchanged' });
  expect(made.app.current.size).toBe(5);
  expect(await made.app.overrides()).toMatchObject([{ id: 'o2', ...bob }]);
  expect(made.record.of('override.cleared')).toMatchObject([{ id: 'o1', because: 'import' }]);
  expect(made.record.of('override.set').at(-1)).toMatchObject({ id: 'o2', ...bob });
});

test('an override that was cleared here gives its name to none of an import', async () => {
  const document = await written(({ app }) => app.override({ size: 5 }, bob));
  const made = await keeps({ history: { entries: 1 } });
  const held = await soon(made, made.app.override({ size: 2 }, ann));
  await soon(made, held.clear());
  // the history forgets it
  for (const size of [3, 4]) await brings(made, { size });
  await takes(made, document);
  await soon(made, held.clear());
  expect(made.app.current.size).toBe(5);
});

test('overrides of an import keep their names among each other, and those that nobody here has', async () => {
  const document = await written(async ({ app }) => {
    for (const size of [5, 6, 7]) await app.override({ size }, bob);
    await app.snapshot({ description: 'all three' });
  });
  const made = await keeps();
  await soon(made, made.app.override({ size: 2 }, ann));
  await takes(made, document);
  const ids = async () => (await made.app.overrides()).map(({ id }) => id);
  expect(await ids()).toEqual(['o4', 'o2', 'o3']);
  await soon(made, made.app.clearOverrides(ann));
  const [snapshot] = await made.app.snapshots();
  await soon(made, made.app.rollback(snapshot!.id, ann));
  expect(await ids()).toEqual(['o4', 'o2', 'o3']);
});

test('an import of what is there leaves it as it is, however often: its handle takes it away', async () => {
  const made = await keeps();
  const held = await soon(made, made.app.override({ size: 2 }, ann));
  const own = await made.manager.exportState();
  await takes(made, own);
  expect(await soon(made, held.clear())).toMatchObject({ kind: 'accepted' });
  expect(made.app.current.size).toBe(1);
  const document = await written(({ app }) => app.override({ size: 5 }, bob));
  await takes(made, document);
  const before = await made.app.overrides();
  made.record.clear();
  await takes(made, document);
  expect(await made.app.overrides()).toEqual(before);
  expect(made.record.of('override.set')).toEqual([]);
});
