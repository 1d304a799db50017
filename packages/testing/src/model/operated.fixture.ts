import type { Cache, ConfigHandle, ConfigManager, OverrideHandle } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import fc from 'fast-check';
import { createTestManager } from '../create-test-manager.ts';
import { manualClock } from '../manual-clock.ts';
import { mockLoader } from '../mock-loader.ts';
import type { Any } from '../runtime/layers.fixture.ts';
import { same } from './checks.fixture.ts';
import { type Content, OperatedModel, valueOf } from './operated-model.fixture.ts';

/** Longer than any wait for a participant that vetoed. */
const FLUSH_MS = 40_000;

const polling = { intervalMs: 20_000, maxIntervalMs: 20_000, backoff: { maxMs: 20_000 } } as const;

const schema = {
  '~standard': {
    version: 1,
    vendor: 'model',
    validate: (value: Any) =>
      value.a <= 4 && value.b >= 4 ? { value } : { issues: [{ message: 'too far' }] },
  },
} as const;

/** What an engine could forget to do. */
export type Ignored = 'rules' | 'vetoes' | 'health checks' | 'expiry' | 'what is to be kept';

/** One config of two sources, and the model of it. Polls are made only when told. */
export class OperatedWorld {
  readonly clock = manualClock();
  readonly cache: Cache;
  readonly loaders = [mockLoader({ name: 'low' }), mockLoader({ name: 'high' })] as const;
  readonly served: (Content | undefined)[] = [undefined, undefined];
  model = new OperatedModel();
  manager!: ConfigManager;
  app!: ConfigHandle<Any>;
  /** Of the overrides that this process set, by id. */
  readonly handles = new Map<string | undefined, OverrideHandle>();
  /** What the engine does not do, to see that the checks find it. */
  readonly ignores: Ignored | undefined;
  /** The first answers were proposed. */
  answered = false;
  /** What was seen at the last step. */
  seen: { readonly current: unknown; readonly version: number } | undefined;

  constructor(ignores?: Ignored) {
    this.ignores = ignores;
    const memory = memoryCache({ clock: this.clock });
    const forgetful = { ...memory, write: async () => {} };
    this.cache = ignores === 'what is to be kept' ? forgetful : memory;
  }

  boot(): void {
    const { clock, cache } = this;
    const [low, high] = this.loaders;
    this.manager = createTestManager({ clock, cache }).manager;
    this.app = this.manager.register('app', {
      sources: [
        { name: 'low', loader: low },
        { name: 'high', loader: high },
      ],
      polling,
      updates: false,
      schema: schema as never,
      defaults: { a: 0, b: 5 },
    });
    this.app.pause();
    this.handles.clear();
    const { ignores } = this;
    this.app.rule('c', (c) => ignores === 'rules' || c !== 3, 'is three');
    this.app.attach({
      name: 'part',
      canApply: () => ignores === 'vetoes' || !this.model.vetoes,
      healthCheck: () => ignores === 'health checks' || !this.model.sick,
    });
    this.seen = undefined;
  }

  publish(source: number, doc: Content): void {
    this.served[source] = doc;
    this.loaders[source]!.next(doc as never);
  }

  /** Reads both sources. The first answers are one proposal. */
  async refresh(): Promise<void> {
    const { model, served } = this;
    const arrivals = served.flatMap((doc, source) => (doc ? [{ source, doc }] : []));
    const first = !this.answered;
    this.answered = true;
    const refreshed = this.app.refresh();
    await this.clock.advance(1);
    await refreshed;
    if (first) model.arrive(arrivals);
    else for (const arrival of arrivals) model.arrive([arrival]);
  }

  async override(patch: Content, ttlMs: number | undefined, persist: boolean): Promise<void> {
    const by = { by: 'model', reason: 'test' };
    const ends = ttlMs && this.ignores !== 'expiry' ? { ttlMs } : {};
    const set = this.app.override(patch, { ...by, ...ends, persist });
    const handle = await set.catch(() => undefined);
    const id = handle?.id;
    if (handle) this.handles.set(handle.id, handle);
    const expiresAt = ttlMs === undefined ? Infinity : this.clock.now() + ttlMs;
    const inForce = this.model.override({ id: id ?? 'refused', patch, expiresAt, persist });
    same(id !== undefined, inForce, 'the override is in force');
    await this.clock.advance(0);
  }

  async close(): Promise<void> {
    const closed = this.manager.close();
    await this.clock.advance(0);
    await closed;
    same(this.clock.pending, 0, 'timers after close');
  }

  /** Holds what the config shows against what the model says. */
  async check(): Promise<void> {
    const { app, model } = this;
    const { current, status } = app;
    same(current, model.value, 'current');
    same(valueOf(model), model.value, 'the value of the inputs');
    const documents = ['low', 'high'].map((name) => app.source(name).document());
    same(documents, model.docs, 'documents');
    const laid = (await app.overrides()).map(({ id, patch }) => ({ id, patch }));
    same(
      laid,
      model.laid.map(({ id, patch }) => ({ id, patch })),
      'overrides',
    );
    const left = status.sources.map(({ waiting }) => waiting?.kind);
    same(
      left,
      model.left.map((one) => one?.kind),
      'waiting',
    );
    same(status.pinned, model.pinned ? 'document' : undefined, 'pinned');
    same(status.diverged, [], 'diverged');
    const { seen } = this;
    if (seen && JSON.stringify(seen.current) === JSON.stringify(current)) {
      // a health check takes back: that is two versions
      if (status.version === seen.version) same(current === seen.current, true, 'identity');
    } else if (seen) same(status.version > seen.version, true, 'a version of its own');
    this.seen = { current, version: status.version };
  }
}

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
      world.model.settle();
      await world.check();
    },
    toString: () => `${name}(${JSON.stringify(argument) ?? ''})`,
  }));
}

const maybe = (max: number): fc.Arbitrary<number | undefined> =>
  fc.option(fc.integer({ min: 0, max }), { nil: undefined });

/** What is right beside everything: so nothing depends on what a participant agrees to first. */
const good = fc
  .record({
    a: maybe(4),
    b: fc.option(fc.integer({ min: 4, max: 8 }), { nil: undefined }),
    c: maybe(2),
  })
  .map((content) => JSON.parse(JSON.stringify(content)) as Content);

/** Refused where nothing above makes up for it. */
const bad: fc.Arbitrary<Content> = fc.constantFrom<Content>(
  { a: 6 },
  { b: 3 },
  { c: 3 },
  { a: 9, b: 9 },
);

const source = fc.constantFrom(0, 1);
const nothing = fc.constant(undefined);
const ttl = fc.constantFrom(undefined, 10_000, 50_000, 100_000);

/** Nothing waits for a participant: what is tried next does not depend on when. */
const calm = ({ model, clock }: OperatedWorld): boolean =>
  !model.vetoes &&
  model.left.every((left) => left?.kind !== 'vetoed') &&
  model.laid.every(({ expiresAt, unwanted }) => !unwanted && expiresAt > clock.now());

const publish = (content: fc.Arbitrary<Content>, when: (world: OperatedWorld) => boolean) =>
  command(
    'publish',
    fc.record({ source, content }),
    (world, it) => {
      world.publish(it.source, it.content);
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

const publishBoth = command('publishBoth', fc.tuple(good, good), (world, [low, high]) => {
  world.publish(0, low);
  world.publish(1, high);
  return world.refresh();
});

const all = [
  publish(good, always),
  publish(good, always),
  publish(bad, (world) => calm(world) && world.model.laid.length < 2),
  publishBoth,
  set(good, plain),
  set(good, plain),
  set(bad, calm),
  command('refresh', nothing, (world) => world.refresh()),
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
    await app.clearOverrides({ by: 'model', reason: 'test' });
    model.clear(model.laid.map(({ id }) => id));
    await clock.advance(0);
  }),
  command('advance', fc.integer({ min: FLUSH_MS, max: 120_000 }), async ({ clock, model }, ms) => {
    await clock.advance(ms);
    model.retry();
    model.until(clock.now());
    model.retry();
  }),
  command('veto', nothing, ({ model }) => void (model.vetoes = true)),
  command('agree', nothing, async ({ clock, model }) => {
    model.vetoes = false;
    await clock.advance(FLUSH_MS);
    model.flush(clock.now());
  }),
  command(
    'sickDocument',
    fc.record({ source, content: good }),
    async (world, it) => {
      world.model.sick = true;
      world.publish(it.source, it.content);
      await world.refresh();
      world.model.sick = false;
    },
    calm,
  ),
  command(
    'sickOverride',
    good,
    async (world, patch) => {
      world.model.sick = true;
      await world.override(patch, undefined, false);
      world.model.sick = false;
    },
    calm,
  ),
  command(
    'restart',
    nothing,
    async (world) => {
      await world.close();
      world.model = world.model.restarted();
      world.boot();
      await world.clock.advance(1);
    },
    (world) => {
      const { laid, docs } = world.model;
      const persisted = laid.filter(({ persist }) => persist);
      return calm(world) && docs.every(Boolean) && valueOf({ docs, laid: persisted }) !== undefined;
    },
  ),
];

/** What operators and sources do to a config. */
export const operatedCommands: fc.Arbitrary<Iterable<OperatedCommand>> = fc.commands(all, {
  maxCommands: 40,
  size: 'max',
});
