import { LoadError, type Retry } from '@holdfast/core';
import fc from 'fast-check';
import { check, same } from './checks.fixture.ts';
import { contentOf, manyKeys, policy, type Terms } from './documents.fixture.ts';
import type { Edition, World } from './world.fixture.ts';

export type Command = fc.AsyncCommand<World, World>;

/** `run` is followed by whatever can happen without time passing, and by the checks. */
function command<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  run: (world: World, argument: T) => unknown,
  needs: 'a process' | 'nothing' = 'a process',
): fc.Arbitrary<Command> {
  return arbitrary.map((argument) => ({
    check: ({ model }) => needs === 'nothing' || !model.closed,
    run: async (_, world) => {
      await run(world, argument);
      await world.clock.advance(0);
      check(world);
    },
    toString: () => `${name}(${JSON.stringify(argument) ?? ''})`,
  }));
}

const good = fc.record({
  n: fc.nat(6),
  size: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  keys: fc.constantFrom(undefined, undefined, manyKeys(20), manyKeys(19), manyKeys(5)),
  note: fc.constantFrom(undefined, undefined, 'changes nothing that the schema lets through'),
});

const bad = fc.constantFrom({ n: 1.5 }, { n: 2, size: 0 }, { n: 'many' }, {}, []);

const text = fc.oneof(
  { weight: 6, arbitrary: good.map((content) => JSON.stringify(content)) },
  { weight: 1, arbitrary: good.map((content) => JSON.stringify(content, null, 1)) },
  { weight: 2, arbitrary: bad.map((content) => JSON.stringify(content)) },
  { weight: 1, arbitrary: fc.constantFrom('', '{"n":', '<html>', '{"n":2} {"n":4}') },
);

/** How the origin marks a document. `kept`: with the tag of the one before it, a lie; but it answers in full. */
const mark = fc.constantFrom('new', 'new', 'content', 'none', 'kept');

const hints = fc.constantFrom(
  undefined,
  undefined,
  undefined,
  { young: true },
  { doNotStore: true },
  { freshForMs: 1e9 },
);

type Draft = { text: string; mark: string; hints: Edition['options']['hints'] };

const draft: fc.Arbitrary<Draft> = fc.record({ text, mark, hints });

function edition(world: World, { text: body, mark: how, hints: given }: Draft): Edition {
  const { key } = world.model.terms;
  const before = world.served[key]?.options.validator;
  const options = { ...(given && { hints: given }) };
  world.tags += 1;
  if (how === 'none') return { text: body, options: { ...options, validator: false } };
  if (how === 'content')
    return { text: body, options: { ...options, validator: { etag: `"${body.length}-${body}"` } } };
  if (how === 'kept' && before && before.etag?.startsWith('W/'))
    return { text: body, options: { ...options, validator: before, always: true } };
  return { text: body, options: { ...options, validator: { etag: `W/"${world.tags}"` } } };
}

const failure = fc.record({
  times: fc.constantFrom(1, 1, 2, 3, 7, Infinity),
  retry: fc.constantFrom<Retry | 'foreign'>('now', 'backoff', 'slow', 'foreign'),
  retryAfterMs: fc.constantFrom(undefined, 0, 30_000, 1e12),
});

/** What the first process of a sequence is started with, or the next one. */
export const terms: fc.Arbitrary<Terms> = fc.record({
  key: fc.constantFrom('a', 'a', 'a', 'b'),
  schema: fc.constantFrom('loose', 'loose', 'strict'),
  defaults: fc.constantFrom('none', 'some', 'all'),
  seed: fc.nat(1_000),
});

const drafts = fc.array(draft, { minLength: 1, maxLength: 4 });

function push(world: World, given: readonly Draft[]): void {
  for (const it of given) world.publish(edition(world, it), undefined, true);
}

const nothing = fc.constant(undefined);
const shortly = fc.nat(6_000);
const forAWhile = fc.integer({ min: 1, max: 60_000 });
const forLong = fc.integer({ min: 60_000, max: 400_000 });

const edits = [
  command('edit', draft, (world, it) => world.publish(edition(world, it)), 'nothing'),
  command('annotate', fc.nat(9), (world, count) => {
    const content = world.model.doc && contentOf(world.model.doc);
    const body = JSON.stringify({ n: 2, ...content, note: `${count}` });
    world.publish(edition(world, { text: body, mark: 'new', hints: undefined }));
  }),
  command('editBack', fc.nat(), (world, index) => {
    const editions = world.editions[world.model.terms.key];
    const former = editions[index % editions.length]!;
    const { always, validator } = former.options;
    // a tag that also stood for something else would be a lie that nobody can see through
    const again = { text: former.text, mark: 'new', hints: undefined };
    world.publish(always || validator === undefined ? edition(world, again) : former);
  }),
  command('remark', hints, (world, given) => {
    const served = world.served[world.model.terms.key];
    const options = { ...served?.options, ...(given && { hints: given }), always: true };
    if (served) world.publish({ text: served.text, options });
  }),
  command('push', drafts, push),
  command('pushDuringLoad', drafts, async (world, given) => {
    const { model } = world;
    world.origin.delay(1_000);
    void world.running.handle.refresh().then(({ kind }) => {
      if (kind === 'unchanged' && model.overtaken)
        world.violations.push('refresh() was answered by a poll that began too early');
    });
    await world.clock.advance(1);
    push(world, given);
  }),
];

const faults = [
  command('absent', nothing, (world) => world.absent()),
  command('fail', failure, ({ origin }, { times, retry, retryAfterMs }) => {
    const error = new LoadError('down', { ...(retry !== 'foreign' && { retry }), retryAfterMs });
    origin.fail(times, retry === 'foreign' ? new TypeError('fetch failed') : error);
  }),
  command('lie', fc.integer({ min: 1, max: 3 }), ({ origin }, times) => origin.unchanged(times)),
  command('breakCache', nothing, (world) => void (world.cacheBroken = true)),
  command('mendCache', nothing, (world) => void (world.cacheBroken = false)),
  command('hang', nothing, ({ origin }) => origin.hang()),
  command('release', nothing, ({ origin }) => origin.release()),
  command('delay', fc.integer({ min: 0, max: 6_000 }), ({ origin }, ms) => origin.delay(ms)),
  command('heal', nothing, ({ origin }) => origin.heal()),
  command('connect', nothing, ({ origin }) => origin.connect()),
  command('connect', nothing, ({ origin }) => origin.connect()),
  command(
    'disconnect',
    fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 3 })),
    ({ origin }, [ill, times]) => origin.disconnect(ill ? new Error('reset') : undefined, times),
  ),
  command('changed', nothing, ({ origin }) => origin.changed()),
];

const time = [
  command('advance', shortly, ({ clock }, ms) => clock.advance(ms), 'nothing'),
  command('advance', forAWhile, ({ clock }, ms) => clock.advance(ms), 'nothing'),
  command('advance', forLong, ({ clock }, ms) => clock.advance(ms), 'nothing'),
  command('suspend', forLong, ({ clock }, ms) => clock.suspend(ms)),
  command('step', fc.integer({ min: -100_000, max: 100_000 }), ({ clock }, ms) => clock.step(ms)),
];

const calls = [
  command('refresh', fc.integer({ min: 1, max: 3 }), refresh),
  command('pause', nothing, ({ running, model }) => {
    running.handle.pause();
    model.paused = true;
  }),
  command('resume', nothing, ({ running, model }) => {
    running.handle.resume();
    model.paused = false;
  }),
  command('acceptRefused', nothing, ({ running, model }) => {
    void running.handle.acceptRefused({ by: 'test', reason: 'test' });
    model.acceptRefused();
  }),
];

const lives = [
  command('close', nothing, close),
  command('closeDuringPush', drafts, async (world, given) => {
    world.model.closed = true;
    push(world, given);
    await shut(world);
  }),
  command(
    'restart',
    terms,
    async (world, next) => {
      await close(world);
      world.boot(next);
    },
    'nothing',
  ),
  command('crash', terms, (world, next) => {
    world.running.kill();
    world.boot(next);
  }),
  command(
    'crashAtWrite',
    fc.record({ when: fc.constantFrom('before a write', 'after a write'), draft, terms }),
    async (world, it) => {
      world.publish(edition(world, it.draft));
      world.death = it.when;
      void world.running.handle.refresh();
      await world.clock.advance(2 * policy.polling.deadlineMs);
      world.running.kill();
      world.boot(it.terms);
    },
  ),
];

/** Calls made at once share a request that starts after them; the outcome is that of the model. */
async function refresh({ running, model, clock, origin }: World, times: number): Promise<void> {
  const before = origin.loads;
  const outcomes: string[] = [];
  for (let i = 0; i < times; i++)
    void running.handle.refresh().then(({ kind }) => outcomes.push(kind));
  await clock.advance(0);
  // the poll under way may take its time before that of the refresh begins
  for (let i = 0; i < 2 && outcomes.length < times; i++)
    await clock.advance(policy.polling.deadlineMs);
  same(
    outcomes,
    outcomes.map(() => model.outcome),
    'outcomes of refresh()',
  );
  same(outcomes.length, times, 'calls of refresh() that ended');
  same(origin.loads > before, true, 'refresh() asked the origin');
}

export async function close(world: World): Promise<void> {
  if (world.model.closed) return;
  world.model.closed = true;
  await shut(world);
}

async function shut({ running, clock }: World): Promise<void> {
  const closed = running.manager.close();
  await clock.advance(0);
  await closed;
}

/** What happens to a process, and to the next ones: the rare things rarely. */
export const commands: fc.Arbitrary<Iterable<Command>> = fc.commands(
  [edits, edits, edits, faults, time, time, calls, calls, lives].flat(),
  { maxCommands: 80, size: 'max' },
);
