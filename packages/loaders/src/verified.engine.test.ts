import { createTestManager, type ManualClock, mockLoader, recordEvents } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { firstOf } from './first-of.ts';
import { jws } from './jws.ts';
import { verified } from './verified.ts';
import { compactJws, signer } from './verified/sign.fixture.ts';

const alice = await signer();
const mallory = await signer();

async function signed(version: number, by = alice): Promise<Uint8Array> {
  return (await compactJws({ version }, by)).raw;
}

/** WebCrypto and imports take real time, which nobody can wait for by the clock: it moves on until it is so. */
async function until(clock: ManualClock, isSo: () => boolean): Promise<void> {
  for (let turns = 0; turns < 1_000 && !isSo(); turns++) await clock.advance(100);
  expect(isSo()).toBe(true);
}

async function watched() {
  const mock = mockLoader({ value: await signed(1), watch: true });
  mock.connect();
  const by = jws({ keys: { alice: alice.publicKey } });
  const { manager, clock } = createTestManager();
  const app = manager.register('app', { loader: verified(mock, { by, version: 'version' }) });
  await until(clock, () => app.status.version === 1);
  expect(app.current).toEqual({ version: 1 });
  return { mock, manager, clock, app, record: recordEvents(manager) };
}

test('verified() takes no pushed document that is older than one pushed just before', async () => {
  const { mock, manager, clock, app, record } = await watched();
  mock.push(await signed(7));
  // each is newer than what was held when it came
  mock.push(await signed(6));
  await until(clock, () => record.of('document.refused').length > 0);
  expect(app.current).toEqual({ version: 7 });
  const [refused] = record.of('document.refused');
  expect(refused?.error.message).toContain('it has version 6, and version 7 is in force already');
  expect(refused?.error.code).toBe('UNTRUSTED');
  await manager.close();
});

test('verified() asks the origin where a pushed document is older than the one in force', async () => {
  const { mock, manager, clock, app, record } = await watched();
  const old = await signed(0);
  mock.push(old);
  mock.next(await signed(1));
  await until(clock, () => record.of('document.refused').length > 0);
  expect([app.current, app.status.state]).toEqual([{ version: 1 }, 'stale']);
  const { loads } = mock;
  await clock.advance(10_000);
  await until(clock, () => app.status.state === 'fresh');
  expect(mock.loads).toBe(loads + 1);
  await manager.close();
});

test('verified() asks the origin where a pushed document is not signed', async () => {
  const { mock, manager, clock, app } = await watched();
  mock.push(await signed(9, mallory));
  await until(clock, () => app.status.lastFailure !== undefined);
  expect(app.current).toEqual({ version: 1 });
  expect(app.status.lastFailure?.code).toBe('UNTRUSTED');
  mock.push(await signed(2));
  await until(clock, () => app.status.version === 2);
  expect(app.current).toEqual({ version: 2 });
  await manager.close();
});

test('verified() fails over to a place whose documents are trusted, and goes back to no older one', async () => {
  const by = jws({ keys: { alice: alice.publicKey } });
  const [bad, good] = [mockLoader({ name: 'a' }), mockLoader({ name: 'b' })];
  bad.next(await signed(9, mallory));
  good.next(await signed(2));
  const { manager, clock } = createTestManager();
  const places = [bad, good].map((each) => verified(each, { by, version: 'version' }));
  const app = manager.register('app', { loader: firstOf(places) });
  await until(clock, () => app.status.version === 1);
  expect(app.current).toEqual({ version: 2 });
  good.next(await signed(1));
  await until(clock, () => app.status.lastFailure !== undefined);
  expect(app.current).toEqual({ version: 2 });
  expect(app.status.lastFailure?.message).toContain('version 2 is in force already');
  await manager.close();
});
