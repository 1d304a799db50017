import fc from 'fast-check';
import { same } from './checks.fixture.ts';
import type { Checked } from './operated-checks.fixture.ts';
import { type Content, valueOf } from './operated-value.fixture.ts';
import { bad, because, good, goodPatch, ttl } from './operated-arbitraries.fixture.ts';
import { carryOut, transactions } from './operated-transactions.fixture.ts';
import { asked, nameOf, pinKind, target } from './operated-targets.fixture.ts';
import type { Wrong } from './operated-sources.fixture.ts';
import { FLUSH_MS, type OperatedWorld, POLLED_MS } from './operated-world.fixture.ts';

export type OperatedCommand = fc.AsyncCommand<OperatedWorld, OperatedWorld>;

function command<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  run: (world: OperatedWorld, argument: T) => unknown,
  check: (world: OperatedWorld, argument: T) => boolean = () => true,
): fc.Arbitrary<OperatedCommand> {
  return arbitrary.map((argument) => ({
    check: (world) => check(world, argument),
    run: async (_, world) => {
      await run(world, argument);
      for (const { model } of [world, world.peer]) model.settle();
      await world.check();
    },
    toString: () => `${name}(${JSON.stringify(argument) ?? ''})`,
  }));
}

const source = fc.constantFrom(0, 1);
const nothing = fc.constant(undefined);
const how = fc.constantFrom<Wrong['how']>('failed', 'unchanged');
const vetoesAtStart = fc.boolean();
/** Nothing waits for a participant: what is tried next does not depend on when. */
const calm = ({ model, clock }: Pick<OperatedWorld, 'model' | 'clock'>): boolean =>
  !model.vetoes &&
  [...model.left, ...model.cached].every((left) => left?.kind !== 'vetoed') &&
  model.laid.every(({ expiresAt, unwanted }) => !unwanted && expiresAt > clock.now());

/** While sources are read nothing else happens: in which order would be chance. */
const polls = ({ model, peer, clock, answered }: OperatedWorld): boolean => {
  const both = [model, peer.model].map((one) => ({ model: one, clock }));
  const until = clock.now() + POLLED_MS;
  return (
    answered &&
    both.every(calm) &&
    both.every(({ model: { laid } }) => laid.every(({ expiresAt }) => expiresAt > until))
  );
};

const publish = (content: fc.Arbitrary<Content>, when: (world: OperatedWorld) => boolean) =>
  command(
    'publish',
    fc.record({ source, content }),
    (world, it) => {
      world.sources.publish(it.source, it.content);
      return world.refresh();
    },
    when,
  );

const set = (content: fc.Arbitrary<Content>, when: (world: OperatedWorld) => boolean) =>
  command(
    'override',
    fc.record({ content, ttl, persist: fc.boolean() }),
    (world, it) => world.override(it.content, it.ttl, it.persist),
    // whether it ends before a participant is asked again is a matter of chance
    (world, it) => when(world) && (it.ttl === undefined || calm(world)),
  );

const always = (): boolean => true;

/** No documents that only an override makes good: of two such overrides the one that ends first would decide. */
const plain = ({ model: { docs, laid } }: OperatedWorld): boolean =>
  laid.length === 0 || valueOf({ docs, laid: [] }) !== undefined;

/** What was vetoed needs no override that ends: which of them goes first, once the participant agrees, would be chance. */
const inAnyOrder = ({ model: { docs, laid, left, cached } }: OperatedWorld): boolean => {
  const vetoed = docs.map((doc, i) =>
    left[i]?.kind === 'vetoed' ? left[i].doc : (cached[i]?.doc ?? doc),
  );
  const stays = laid.filter(({ expiresAt, unwanted }) => expiresAt === Infinity && !unwanted);
  return valueOf({ docs: vetoed, laid: stays }) !== undefined;
};

const publishBoth = command('publishBoth', fc.tuple(good, good), (world, [low, high]) => {
  world.sources.publish(0, low);
  world.sources.publish(1, high);
  return world.refresh();
});

const snapshot = command('snapshot', nothing, async ({ app, model }) => {
  const { id } = await app.snapshot({ description: 'of the model' });
  model.save(id);
});

const all = [
  publish(good, always),
  publish(good, always),
  publish(bad, (world) => calm(world) && world.model.laid.length < 2),
  publishBoth,
  set(goodPatch, plain),
  set(goodPatch, plain),
  set(bad, calm),
  command('refresh', nothing, (world) => world.refresh()),
  command('poll', nothing, (world) => world.poll(), polls),
  command(
    'pollWrong',
    fc.record({ source, how, content: fc.option(good, { nil: undefined }) }),
    (world, { content, ...wrong }) => {
      // what was published meanwhile is not seen yet
      if (content) world.sources.publish(wrong.source, content);
      return world.badly(wrong, 'poll');
    },
    polls,
  ),
  command(
    'refreshWrong',
    fc.record({ source, how }),
    (world, wrong) => world.badly(wrong, 'refresh'),
    ({ answered }) => answered,
  ),
  command('remove', source, (world, index) => {
    world.sources.remove(index);
    return world.refresh();
  }),
  command('clear', fc.nat(5), async ({ model, handles, clock }, index) => {
    const one = model.laid[index % model.laid.length];
    // those of an earlier process are in nobody's hands
    const handle = handles.get(one?.id);
    if (!one || !handle) return;
    const { kind } = await handle.clear();
    const gone = model.clear([one.id]);
    same(kind === 'accepted', gone, 'the override is gone');
    await clock.advance(0);
  }),
  command('clearOverrides', nothing, async (world) => {
    const { model, app, clock } = world;
    await app.clearOverrides(because);
    model.clear(model.laid.map(({ id }) => id));
    await clock.advance(0);
  }),
  snapshot,
  snapshot,
  command(
    'rollback',
    fc.record({ target, pin: pinKind }),
    async ({ app, model, clock, ignores }, { target: wanted, pin }) => {
      const to = nameOf(model, wanted);
      if (to === undefined) return;
      const went = app.rollback(asked(model, to, ignores), { ...because, pin });
      const done = went.then(always, () => false);
      const expected = model.rollback(to, pin, clock.now());
      same(await done, expected, 'rolled back');
      await clock.advance(0);
    },
    // what is rejected may be any
    (world) => calm(world) || world.model.vetoes,
  ),
  command('pin', nothing, async ({ app, model, clock, ignores }) => {
    if (ignores !== 'pins') await app.pin(because);
    model.pin();
    await clock.advance(0);
  }),
  command('unpin', nothing, async ({ app, model, clock }) => {
    await app.unpin(because);
    model.unpin();
    await clock.advance(0);
  }),
  command('advance', fc.integer({ min: FLUSH_MS, max: 120_000 }), async (world, ms) => {
    await world.clock.advance(ms);
    for (const { model } of [world, world.peer]) {
      model.retry();
      model.until(world.clock.now());
      model.retry();
    }
  }),
  command('veto', fc.constantFrom('canApply', 'apply'), (world, at) => {
    world.model.vetoes = true;
    world.vetoAt = at;
  }),
  command(
    'agree',
    nothing,
    async ({ clock, model, app, peer }) => {
      model.vetoes = false;
      await clock.advance(FLUSH_MS);
      model.flush(clock.now(), app.status.version);
      peer.model.until(clock.now());
    },
    inAnyOrder,
  ),
  command(
    'sickDocument',
    fc.record({ source, content: good }),
    async (world, it) => {
      world.model.sick = true;
      world.sources.publish(it.source, it.content);
      await world.refresh();
      world.model.sick = false;
    },
    calm,
  ),
  command(
    'sickOverride',
    goodPatch,
    async (world, patch) => {
      world.model.sick = true;
      await world.override(patch, undefined, false);
      world.model.sick = false;
    },
    calm,
  ),
  command('transaction', transactions, carryOut, (world, { parts, against }) => {
    const both = [world, { ...world.peer, clock: world.clock }];
    // what ends, or goes back, would depend on what a participant is asked first
    const plainly = parts
      .flat()
      .every((step) => step === 'clear' || ('content' in step && step.ttl === undefined));
    return (plainly && against?.how !== 'sick') || both.every(calm);
  }),
  command(
    'restart',
    vetoesAtStart,
    async (world, vetoes) => {
      await world.close();
      for (const one of [world, world.peer])
        one.model = one.model.restarted(vetoes && one === world);
      if (vetoes) world.answered = false;
      world.boot();
      await world.clock.advance(1);
      for (const one of [world, world.peer]) one.model.version = one.app.status.version;
    },
    (world, vetoes) => {
      const stays = ({ model: { docs, laid } }: Checked) =>
        valueOf({ docs, laid: laid.filter(({ persist }) => persist) }) !== undefined;
      const { peer, clock, model } = world;
      const both = [world, { ...peer, clock }];
      // overrides that wait for a participant, too, are no value of these inputs
      const plainly = !vetoes || !model.laid.some(({ persist }) => persist);
      return both.every(calm) && both.every(stays) && model.docs.every(Boolean) && plainly;
    },
  ),
];

/** What operators and sources do to a config. */
export const operatedCommands: fc.Arbitrary<Iterable<OperatedCommand>> = fc.commands(all, {
  maxCommands: 40,
  size: 'max',
});
