import type { JsonValue, StateDocument } from '@holdfast/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ann, brings, cacheKeys, keeps, type Kept, soon } from './history.fixture.ts';

const withPins = (...pins: string[]): JsonValue => ({
  size: pins.length,
  users: pins.map((pin) => ({ pin })),
});
const ofUsers = { schema: undefined, secrets: ['users.*.pin'], value: withPins('aaaa'), cacheKeys };
const ofToken = {
  schema: z.looseObject({ size: z.int() }),
  secrets: ['token'],
  value: { size: 1, token: 'aaaa' },
  cacheKeys,
};

/** Takes in what it has just written down; the document has no secret in it. */
async function again(made: Kept): Promise<StateDocument> {
  const text = JSON.stringify(await made.manager.exportState());
  expect(text).not.toMatch(/aaaa|bbbb|cccc/);
  await soon(made, made.manager.importState(JSON.parse(text), ann));
  const { configs } = await made.manager.exportState();
  expect(configs).toEqual((JSON.parse(text) as StateDocument).configs);
  return JSON.parse(text) as StateDocument;
}

test('importState() takes back its own barred document, with more secrets than are in force', async () => {
  const made = await keeps(ofUsers);
  await brings(made, withPins('aaaa', 'bbbb'));
  await soon(made, made.app.rollback(1, ann));
  await again(made);
  expect(made.app.current).toEqual(withPins('aaaa'));
  await brings(made, withPins('aaaa', 'bbbb'));
  expect(made.app.current).toEqual(withPins('aaaa'));
});

test('importState() takes back its own snapshots, with more secrets than are in force', async () => {
  const made = await keeps({ ...ofUsers, value: withPins('aaaa', 'bbbb') });
  const { id } = await made.app.snapshot({ description: 'two' });
  await brings(made, withPins('cccc'));
  await again(made);
  await soon(made, made.app.rollback(id, ann));
  expect(made.app.current).toEqual(withPins('aaaa', 'bbbb'));
});

test('importState() bars what was barred, and not its like with the secret of today', async () => {
  const made = await keeps(ofToken);
  await brings(made, { size: 2, token: 'bbbb' });
  await soon(made, made.app.rollback(1, ann));
  await again(made);
  await brings(made, { size: 2, token: 'bbbb' });
  expect(made.app.current).toEqual({ size: 1, token: 'aaaa' });
  expect(made.app.status.pinned).toBe('document');
});

test('importState() tells apart barred documents that differ in nothing but their secrets', async () => {
  const made = await keeps(ofToken);
  for (const token of ['bbbb', 'cccc']) {
    await brings(made, { size: 1, token });
    await soon(made, made.app.rollback(1, ann));
  }
  await again(made);
  for (const token of ['bbbb', 'cccc']) {
    await brings(made, { size: 1, token });
    expect(made.app.current).toEqual({ size: 1, token: 'aaaa' });
  }
});

test('importState() keeps the secrets of the overrides of a snapshot', async () => {
  const made = await keeps(ofToken);
  await made.app.override({ token: 'bbbb' } as never, ann);
  const { id } = await made.app.snapshot({ description: 'laid over' });
  await soon(made, made.app.clearOverrides(ann));
  await again(made);
  await soon(made, made.app.rollback(id, ann));
  expect(made.app.current).toEqual({ size: 1, token: 'bbbb' });
});

test('importState() of another process fills in what is in force, or says what to do', async () => {
  const from = await keeps({ ...ofUsers, value: withPins('aaaa', 'bbbb') });
  await from.app.snapshot({ description: 'two' });
  await brings(from, withPins('aaaa'));
  const document = await from.manager.exportState();
  const to = await keeps({ ...ofUsers, value: withPins('cccc') });
  await expect(soon(to, to.manager.importState(document, ann))).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining(
      'has a marker at users.1.pin, and no secret is in force there that it could stand for: await ready() first, or export without it (deleteSnapshot(), unpin())',
    ),
  });
  await from.app.deleteSnapshot('s1');
  await soon(to, to.manager.importState(await from.manager.exportState(), ann));
  expect(to.app.current).toEqual(withPins('cccc'));
});
