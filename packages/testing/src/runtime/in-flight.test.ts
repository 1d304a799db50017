import type { ParticipantOptions } from '@holdfast/core';
import { createContract } from '@holdfast/core/contracts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { followed, layers, schemaOf } from './layers.fixture.ts';
import { ann, brings, type Kept, keeps, type Size, soon } from './history.fixture.ts';
import { type Pair, pair, sizes } from './transaction.fixture.ts';

/** More than any way from the last answer to the commit takes. */
const MICROTASKS = Array.from({ length: 30 }, (_, n) => n);

const after = (clock: Kept['clock'], ms: number): Promise<void> =>
  new Promise((done) => void clock.setTimer(ms, done));

/** Does it so many microtasks later. */
async function later(microtasks: number, what: () => void): Promise<void> {
  for (let n = 0; n < microtasks; n += 1) await Promise.resolve();
  what();
}

/** Attaches what notes down its calls; gives those, and the size that it has come to. */
function mirror({ app }: Kept, own: Partial<ParticipantOptions<Size>> = {}) {
  const made = { size: app.current.size, called: [] as string[] };
  const set = (call: string, size = 0): void => {
    made.called.push(`${call} ${size}`);
    made.size = size;
  };
  const { apply, ...rest } = own;
  app.attach({
    name: 'mirror',
    canApply: ({ next }) => void made.called.push(`canApply ${next.size}`),
    apply: (change) => {
      set('apply', change.next.size);
      return apply?.(change);
    },
    undo: ({ previous }) => set('undo', previous?.size),
    ...rest,
  });
  return made;
}

/** The source brings five, which a participant takes its time to apply; the call comes back in between. */
async function applyingFive(made: Kept) {
  const part = mirror(made, { apply: () => after(made.clock, 1_000) });
  made.loader.next({ size: 5 });
  const outcome = followed(made.app.refresh());
  await made.clock.advance(100);
  return { part, outcome };
}

const tooBig = (made: Kept): (() => void) => made.app.rule('size', (size) => size < 3, 'too big');

const upToTwo = createContract({ name: 'module', schema: z.object({ size: z.number().max(2) }) });

describe('rule()', () => {
  test('has its say in what is being applied: it is taken back, and kept', async () => {
    const made = await keeps();
    const { part, outcome } = await applyingFive(made);
    const end = tooBig(made);
    await made.clock.advance(1_000);
    expect(outcome.now()).toMatchObject({
      kind: 'refused',
      error: {
        code: 'CHECK_FAILED',
        message: 'What it would come to is refused by the rule of size: too big',
      },
    });
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status).toMatchObject({ version: 1, diverged: [] });
    expect(part.called).toEqual(['canApply 5', 'apply 5', 'undo 1']);
    expect(made.record.of('reload.failed')).toMatchObject([
      { outcome: 'refused', trigger: 'refresh' },
      // alone, at once
      { outcome: 'refused', trigger: 'retry' },
    ]);
    end();
    await made.clock.advance(1_001);
    expect([made.app.current.size, part.size]).toEqual([5, 5]);
  });

  test('has its say in what a slow schema looks at', async () => {
    const made = await keeps();
    const { manager, clock, loader } = made;
    const schema = schemaOf(() => after(clock, 500).then(() => true)) as never;
    const slow = manager.register<Size>('slow', { loader, schema });
    await clock.advance(501);
    loader.next({ size: 5 });
    const outcome = followed(slow.refresh());
    await clock.advance(100);
    slow.rule('size', (size) => size < 3, 'too big');
    await clock.advance(500);
    expect(outcome.now()).toMatchObject({ kind: 'refused', error: { code: 'CHECK_FAILED' } });
    expect(slow.current).toEqual({ size: 1 });
  });

  test('lets those documents pass that it has nothing against', async () => {
    const made = layers({ a: { value: { size: 5 } }, b: { value: { name: 'b' } } });
    const { app, clock } = made;
    app.attach({ name: 'slow', apply: () => after(clock, 1_000) });
    await clock.advance(100);
    app.rule('size', (size: unknown) => size !== 5, 'too big');
    await clock.advance(2_001);
    expect(app.current).toEqual({ name: 'b' });
    expect(app.status.sources).toMatchObject([{ waiting: { kind: 'kept' } }, {}]);
  });

  test('that agrees keeps nothing away', async () => {
    const made = await keeps();
    const { part, outcome } = await applyingFive(made);
    made.app.rule('size', (size) => size < 9, 'too big');
    await made.clock.advance(1_000);
    expect(outcome.now()).toMatchObject({ kind: 'accepted' });
    expect(part.called).toEqual(['canApply 5', 'apply 5']);
  });

  test('finds a value in force, or keeps it away', async () => {
    for (const n of MICROTASKS) {
      const made = await keeps();
      let found = 0;
      const put = (): void => {
        found = made.app.current.size;
        tooBig(made);
      };
      const part = mirror(made, { apply: () => void later(n, put) });
      await brings(made, { size: 5 });
      expect([n, made.app.current.size, part.size]).toEqual([n, found, found]);
    }
  });
});

test('contract() that is required has its say in what is being applied', async () => {
  const made = await keeps();
  const { part, outcome } = await applyingFive(made);
  const view = made.app.contract(upToTwo, { required: true });
  await made.clock.advance(1_000);
  expect(outcome.now()).toMatchObject({ kind: 'refused', error: { code: 'CHECK_FAILED' } });
  expect([view.current.size, part.size]).toEqual([1, 1]);
});

describe('attach()', () => {
  test('takes part in what is being applied', async () => {
    const made = await keeps();
    const { part, outcome } = await applyingFive(made);
    const late = mirror(made, { name: 'late', healthCheck: () => late.size === 5 });
    expect(late.size).toBe(1);
    await made.clock.advance(1_000);
    expect(outcome.now()).toMatchObject({ kind: 'accepted' });
    expect(late.called).toEqual(['canApply 5', 'apply 5']);
    expect([made.app.current.size, part.size]).toEqual([5, 5]);
  });

  test.each([
    ['canApply', ['canApply 5', 'apply 5', 'undo 1'], []],
    ['apply', ['canApply 5', 'apply 5', 'undo 1'], ['canApply 5', 'apply 5']],
  ] as const)('vetoes what is being applied by %s', async (phase, called, own) => {
    const made = await keeps();
    const { part, outcome } = await applyingFive(made);
    const late = mirror(made, { name: 'late', [phase]: () => 'no room' });
    await made.clock.advance(1_000);
    expect(outcome.now()).toMatchObject({ kind: 'vetoed', error: { code: 'VETOED' } });
    expect(made.app.current).toEqual({ size: 1 });
    expect([part.called, late.called]).toEqual([called, own]);
  });

  test('by a listener of the change has no say in it', async () => {
    const made = await keeps();
    const part = mirror(made);
    const called: string[] = [];
    const healthCheck = (): boolean => called.push('healthCheck') === 0;
    made.app.onChange(() => void made.app.attach({ name: 'late', healthCheck }));
    await brings(made, { size: 5 });
    await made.clock.advance(1);
    expect([called, made.app.current.size, part.size]).toEqual([[], 5, 5]);
  });

  test('finds a value in force, or makes it', async () => {
    for (const n of MICROTASKS) {
      const made = await keeps();
      let late: ReturnType<typeof mirror> | undefined;
      const join = (): void => void (late = mirror(made, { name: 'late' }));
      mirror(made, { apply: () => void later(n, join) });
      await brings(made, { size: 5 });
      expect([n, made.app.current.size, late!.size]).toEqual([n, 5, 5]);
    }
  });

  test('over and over, by those who apply, is a veto', async () => {
    const made = await keeps();
    let parts = 0;
    const again = (): void => {
      parts += 1;
      made.app.attach({ name: `part ${parts}`, apply: again });
    };
    again();
    await brings(made, { size: 5 });
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status.lastFailure?.message).toMatch(/^Rules or participants kept coming/);
  });
});

describe('transaction()', () => {
  const setBoth = async (made: Pair, size: number): Promise<string> =>
    soon(
      made.app,
      made.app.manager
        .transaction((tx) => {
          tx.override(made.app.app, { size });
          tx.override(made.db.app, { size });
        }, ann)
        .then(
          (outcomes) => [...outcomes.values()].map(({ kind }) => kind).join(),
          (error: Error) => error.message,
        ),
    );

  test('ends with a rule that is put on one config while another one applies', async () => {
    const made = await pair();
    const parts = [mirror(made.app), mirror(made.db, { apply: () => void tooBig(made.app) })];
    expect(await setBoth(made, 5)).toBe(
      'The transaction changed nothing: config "app": What it would come to is refused by the rule of size: too big',
    );
    expect(sizes(made)).toEqual([1, 1]);
    expect(parts.map(({ called }) => called.at(-1))).toEqual(['undo 1', 'undo 1']);
  });

  test('asks who is attached to one config while another one applies', async () => {
    const made = await pair();
    let late: ReturnType<typeof mirror> | undefined;
    mirror(made.app);
    mirror(made.db, { apply: () => void (late = mirror(made.app, { name: 'late' })) });
    expect(await setBoth(made, 5)).toBe('accepted,accepted');
    expect(late!.called).toEqual(['canApply 5', 'apply 5']);
  });

  test.each(['app', 'db'])('gives both or none whenever %s is closed', async (name) => {
    for (const n of MICROTASKS) {
      const made = await pair();
      const close = (): void => void made.app.manager.unregister(name);
      const parts = [mirror(made.app), mirror(made.db, { apply: () => void later(n, close) })];
      const size = (await setBoth(made, 5)) === 'accepted,accepted' ? 5 : 1;
      const all = [...sizes(made), ...parts.map((part) => part.size)];
      expect([n, ...all]).toEqual([n, size, size, size, size]);
    }
  });

  test('gives both or none whenever a rule is put on one of them', async () => {
    for (const n of MICROTASKS) {
      const made = await pair();
      let found = 0;
      const put = (): void => {
        found = made.app.app.current.size;
        tooBig(made.app);
      };
      const parts = [mirror(made.app), mirror(made.db, { apply: () => void later(n, put) })];
      await setBoth(made, 5);
      const all = [...sizes(made), ...parts.map((part) => part.size)];
      expect([n, ...all]).toEqual([n, found, found, found, found]);
    }
  });
});
