import type { Loader } from '@holdfast/core';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { firstOf } from '../first-of.ts';
import { hedged } from '../hedged.ts';
import { detached, verified } from '../verified.ts';
import { encode, signer } from '../verified/sign.fixture.ts';

const polling = { intervalMs: 60_000, strategy: 'fixed', minIntervalMs: 1_000 } as const;

/** Time in steps, between which promises of WebCrypto have their turn. */
async function pass(clock: { advance(ms: number): Promise<void> }, steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    // oxlint-disable-next-line no-await-in-loop -- time passes step by step
    await clock.advance(5_000);
    // oxlint-disable-next-line no-await-in-loop -- see above
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe.each([
  ['firstOf()', (loaders: readonly Loader[]) => firstOf(loaders)],
  ['hedged()', (loaders: readonly Loader[]) => hedged(loaders)],
])('%s of firstOf()', (_, combine) => {
  test('hands its share of the deadline on: the inner one still has time for its second', async () => {
    const hangs = mockLoader({ name: 'hangs', key: 'hangs' });
    hangs.hang();
    const well = mockLoader({ name: 'well', key: 'well', value: { n: 1 } });
    const down = mockLoader({ name: 'down', key: 'down' });
    down.fail(Infinity);
    const { manager, clock } = createTestManager();
    const loader = combine([firstOf([hangs, well]), down]);
    const app = manager.register('app', { loader, polling });
    await pass(clock, 36);
    expect(app.current).toEqual({ n: 1 });
    expect(app.status.state).toBe('fresh');
    expect(well.loads).toBeGreaterThan(1);
    await manager.close();
  });
});

test('verified() hands what is left of the deadline on to the loader of the signature', async () => {
  const alice = await signer();
  const body = encode({ n: 1 });
  const hangs = mockLoader({ name: 'hangs', key: 'hangs' });
  hangs.hang();
  const well = mockLoader({ name: 'well', key: 'well', value: await alice.sign(body) });
  const { manager, clock } = createTestManager();
  const by = detached({ keys: { alice: alice.publicKey }, signature: firstOf([hangs, well]) });
  const app = manager.register('app', {
    loader: verified(mockLoader({ value: body }), { by }),
    polling: { ...polling, deadlineMs: 4_000 },
  });
  await pass(clock, 12);
  expect(app.current).toEqual({ n: 1 });
  await manager.close();
});

test('firstOf() asks another one first when the time is over before the share of the one that hangs', async () => {
  const hangs = mockLoader({ name: 'hangs', key: 'hangs' });
  hangs.hang();
  const loader = firstOf([hangs, mockLoader({ name: 'well', key: 'well', value: { n: 1 } })]);
  // whoever is around it does not hand on how long the load may take
  const around: Loader = {
    ...loader,
    load: (request) => loader.load({ ...request, deadlineMs: undefined }),
  };
  const { manager, clock } = createTestManager();
  const app = manager.register('app', {
    loader: around,
    polling: { ...polling, deadlineMs: 2_000 },
  });
  const first = app.refresh();
  await clock.advance(2_000);
  expect((await first).kind).toBe('failed');
  const second = app.refresh();
  await clock.advance(2_000);
  expect((await second).kind).toBe('accepted');
  await manager.close();
});

test('firstOf() takes what an endpoint pushes that does not serve for a hint', async () => {
  const serves = mockLoader({ name: 'serves', key: 'serves', value: { n: 1 } });
  const other = mockLoader({ name: 'other', key: 'other', watch: true });
  const { manager, clock } = createTestManager();
  const app = manager.register('app', { loader: firstOf([serves, other]), polling });
  await clock.advance(0);
  other.connect();
  await clock.advance(5_000);
  const { loads } = serves;
  other.push({ n: 0 });
  await clock.advance(5_000);
  expect(app.status.version).toBe(1);
  expect(serves.loads).toBe(loads + 1);
  await manager.close();
});
