import { expect, test } from 'vitest';
import { z } from 'zod';
import { ann, brings, keeps, type Kept, soon } from './history.fixture.ts';

interface Counted {
  readonly made: Kept;
  /** Calls of the schema since the last time. */
  readonly calls: () => number;
}

/** The schema counts its calls; it refuses sizes over fifty while one of `bars` is off. */
async function counted(bars: readonly string[] = []): Promise<Counted> {
  let called = 0;
  const schema = z
    .object({ size: z.int(), flags: z.record(z.string(), z.boolean()).default({}) })
    .superRefine((value, context) => {
      called += 1;
      if (value.size > 50 && bars.some((flag) => value.flags[flag] === false))
        context.addIssue({ code: 'custom', path: ['size'], message: 'too large' });
    });
  const made = await keeps({ schema });
  const calls = (): number => {
    const since = called;
    called = 0;
    return since;
  };
  calls();
  return { made, calls };
}

const setAll = ({ manager, app, clock }: Kept, patches: readonly object[], options: object = {}) =>
  soon(
    { clock },
    manager.transaction((tx) => {
      for (const patch of patches) tx.override(app, patch, options);
    }, ann),
  );

const flags = (count: number): readonly object[] =>
  Array.from({ length: count }, (_, i) => ({ flags: { [`f${i}`]: false } }));

test('a transaction of many overrides that do nothing warns of each, and asks the schema once more', async () => {
  const { made, calls } = await counted();
  await setAll(
    made,
    Array.from({ length: 50 }, (_, i) => ({ [`k${i}`]: i })),
  );
  expect(calls()).toBe(2);
  expect(made.record.of('config.warned')).toHaveLength(50);
  expect(made.record.of('config.warned')[7]).toMatchObject({
    source: 'o8',
    message: expect.stringContaining('Override o8 does nothing at k7: '),
  });
});

test('overrides of new keys that the schema takes cost no second look', async () => {
  const { made, calls } = await counted();
  await setAll(made, flags(50));
  await soon(made, made.app.override({ flags: { one: true } } as object, ann));
  expect(calls()).toBe(2);
  expect(made.record.of('config.warned')).toEqual([]);
});

test.each([
  ['one', ['f333'], 'override o334 by ann (a test)'],
  ['two', ['f2', 'f3'], 'override o3 by ann (a test), override o4 by ann (a test)'],
])(
  'a document that %s of many overrides is in the way of is looked into a bounded number of times',
  async (_, bars, named) => {
    const { made, calls } = await counted(bars);
    await setAll(made, flags(bars.length === 1 ? 500 : 8));
    calls();
    await brings(made, { size: 60 });
    expect(calls()).toBeLessThanOrEqual(17);
    const [refused] = made.record.of('document.refused');
    expect(refused?.error.message).toMatch(/; it would do without override/);
    expect(refused?.error.message.endsWith(`it would do without ${named}`)).toBe(true);
  },
);

test('a document that most of many overrides are in the way of is refused naming some', async () => {
  const { made, calls } = await counted(Array.from({ length: 200 }, (_, i) => `f${i}`));
  await setAll(made, flags(200));
  calls();
  await brings(made, { size: 60 });
  expect(calls()).toBeLessThanOrEqual(17);
  expect(made.record.of('document.refused')[0]?.error.message).toMatch(
    /; it would do without some of 200 overrides, among them override o1 by ann \(a test\)/,
  );
});

test('overrides that end at the same time end in one step', async () => {
  const { made, calls } = await counted();
  await setAll(made, flags(50), { ttlMs: 5_000 });
  const { version } = made.app.status;
  calls();
  await made.clock.advance(6_000);
  expect(await made.app.overrides()).toEqual([]);
  expect(calls()).toBe(1);
  expect(made.app.status.version).toBe(version + 1);
  const cleared = made.record.of('override.cleared');
  expect(cleared).toHaveLength(50);
  expect(cleared[3]).toMatchObject({ id: 'o4', because: 'expired', ...ann });
  expect(made.record.of('config.changed').at(-1)).toMatchObject({ trigger: 'expiry', ...ann });
});

test('of many overrides that end together, what cannot go keeps none of the others', async () => {
  const { made, calls } = await counted();
  await setAll(made, flags(64), { ttlMs: 5_000 });
  const mustBeOff = (value: unknown): boolean =>
    (value as { flags: Record<string, boolean> }).flags['f20'] === false;
  made.app.rule('size', (_, value) => mustBeOff(value), 'f20 must be off');
  calls();
  await made.clock.advance(6_000);
  expect(await made.app.overrides()).toMatchObject([{ id: 'o21' }]);
  expect(calls()).toBeLessThanOrEqual(14);
  expect(made.record.of('override.cleared')).toHaveLength(63);
});

test('overrides by several people that end together are told as of all of them', async () => {
  const { made } = await counted();
  const { app } = made;
  const names = ['ann', 'bob', 'cy', 'dee', 'eve'];
  const setting = names.map((by) =>
    app.override({ size: by.length }, { by, reason: 'a test', ttlMs: 5_000 }),
  );
  await soon(made, Promise.all(setting));
  await made.clock.advance(6_000);
  expect(made.record.of('override.cleared').map(({ by }) => by)).toEqual(names);
  expect(made.record.of('config.changed').at(-1)).toMatchObject({
    by: 'ann, bob, cy and 2 more',
    reason: 'a test',
  });
});

test('an end that a health check takes back is not tried again without end', async () => {
  const { made } = await counted();
  const { app, clock } = made;
  let mood: 'agrees' | 'vetoes' | 'sickens' = 'agrees';
  app.attach({
    name: 'pool',
    canApply: () => mood !== 'vetoes',
    apply() {},
    healthCheck: () => mood !== 'sickens',
  });
  const held = await soon(made, app.override({ size: 7 }, ann));
  mood = 'vetoes';
  expect(await soon(made, held.clear())).toMatchObject({ kind: 'vetoed' });
  mood = 'sickens';
  await clock.advance(600_000);
  expect(app.current.size).toBe(7);
});
