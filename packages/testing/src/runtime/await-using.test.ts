import type { StateDocument } from '@holdfast/core';
import { preload } from '@holdfast/core/preload';
import { beforeAll, expect, test } from 'vitest';
import { because, type Layers, polled, settledLayers } from './layers.fixture.ts';

const doc = { pool: { size: 4 }, log: 'info' };

/** What happens inside of the block; what it gives is done after it. */
type Inside = (made: Layers<'origin'>) => Promise<void | (() => void)>;

beforeAll(preload);

/** As it would come from a file. */
const exported = async ({ manager }: Layers<'origin'>): Promise<StateDocument> =>
  JSON.parse(JSON.stringify(await manager.exportState())) as StateDocument;

/** The source has something else for a while. */
async function brings(made: Layers<'origin'>, value: typeof doc): Promise<void> {
  made.loaders.origin.next(value);
  await polled(made);
}

test.each<[string, Inside]>([
  ['nothing', async () => {}],
  [
    'a throw',
    async () => {
      throw new Error('boom');
    },
  ],
  [
    'another override of the same path that comes and goes',
    async ({ app }) => (await app.override({ log: 'warn' }, because)).clear().then(() => {}),
  ],
  ['clearOverrides()', async ({ app }) => void (await app.clearOverrides(because))],
  ['a rollback to before it', async ({ app }) => void (await app.rollback(1, because))],
  [
    'a rollback to before it, and one back to it',
    async ({ app }) => {
      const { version } = app.status;
      await app.rollback(1, because);
      await app.rollback(version, because);
      expect(app.current.log).toBe('debug');
    },
  ],
  [
    'a rollback of documents alone',
    async (made) => {
      const { version } = made.app.status;
      await brings(made, { ...doc, pool: { size: 9 } });
      await made.app.rollback(version, because);
    },
  ],
  [
    'documents that come and go',
    async (made) => {
      await brings(made, { ...doc, log: 'error' });
      expect(made.app.current.log).toBe('debug');
      await brings(made, doc);
    },
  ],
  [
    'an import of the same',
    async (made) => void (await made.manager.importState(await exported(made), because)),
  ],
  [
    'clearOverrides(), and an import of what was exported before',
    async (made) => {
      const before = await exported(made);
      await made.app.clearOverrides(because);
      await made.manager.importState(before, because);
      expect(made.app.current.log).toBe('debug');
    },
  ],
  [
    'clearOverrides(), and a rollback to a snapshot that an import brought',
    async (made) => {
      const { id } = await made.app.snapshot({ description: 'with it' });
      const before = await exported(made);
      await made.app.clearOverrides(because);
      await made.app.deleteSnapshot(id);
      await made.manager.importState(before, because);
      await made.app.clearOverrides(because);
      await made.app.rollback(id, because);
      expect(made.app.current.log).toBe('debug');
    },
  ],
  [
    'a participant that does not let it go yet',
    async ({ app }) => app.attach({ name: 'part', canApply: () => 'not now' }),
  ],
])(
  'what await using laid there is gone after the block, whatever happens inside: %s',
  async (_, inside) => {
    const made = await settledLayers({ origin: { value: doc } });
    const { app, clock } = made;
    const after: (void | (() => void))[] = [];
    const block = async (): Promise<void> => {
      await using held = await app.override({ log: 'debug' }, because);
      expect([held.id, app.current.log]).toEqual(['o1', 'debug']);
      after.push(await inside(made));
    };
    const thrown = await block().catch(({ message }: Error) => message);
    expect([undefined, 'boom']).toContain(thrown);
    for (const detach of after) detach?.();
    await clock.advance(600_000);
    expect(app.current).toEqual(doc);
    expect(await app.overrides()).toEqual([]);
  },
);

test('an import gives what was cleared its name and secrets back only where it is the same', async () => {
  const config = { secrets: ['key'] } as const;
  const made = await settledLayers(
    { origin: { value: { ...doc, key: 'of the source' } } },
    { config },
  );
  const { app, manager } = made;
  const held = await app.override({ key: 'hunter2' }, because);
  const before = await exported(made);
  expect(JSON.stringify(before)).not.toContain('hunter2');
  await held.clear();
  await made.clock.advance(1);
  await app.override({ key: 'another' }, because);
  await app.clearOverrides(because);
  await manager.importState(before, because);
  expect([app.current.key, (await app.overrides()).map(({ id }) => id)]).toEqual([
    'hunter2',
    ['o1'],
  ]);
  await held.clear();
  expect(app.current.key).toBe('of the source');
});
