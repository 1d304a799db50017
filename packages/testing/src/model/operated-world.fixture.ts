import type {
  ConfigHandle,
  ConfigManager,
  OverrideHandle,
  ParticipantPhase,
  Trigger,
} from '@holdfast/core';
import { fileCache } from '@holdfast/loaders/file-cache';
import { createTestManager } from '../create-test-manager.ts';
import { manualClock } from '../manual-clock.ts';
import { type MockLoader, mockLoader } from '../mock-loader.ts';
import { Attempts } from '../runtime/attempts.fixture.ts';
import type { Any } from '../runtime/layers.fixture.ts';
import { same } from './checks.fixture.ts';
import { type Checked, checkConfig, type Seen } from './operated-checks.fixture.ts';
import { OperatedModel } from './operated-model.fixture.ts';
import { OperatedSources, type Wrong } from './operated-sources.fixture.ts';
import { type Content, isRight } from './operated-value.fixture.ts';
import { RecordedCache } from './recorded-cache.fixture.ts';

/** Longer than any wait for a participant that vetoed. */
export const FLUSH_MS = 40_000;

/** Longer than any wait for a poll. */
export const POLLED_MS = 25_000;

const polling = { intervalMs: 20_000, maxIntervalMs: 20_000, backoff: { maxMs: 20_000 } } as const;

const schema = {
  '~standard': {
    version: 1,
    vendor: 'model',
    validate: (value: Any) => (isRight(value) ? { value } : { issues: [{ message: 'too far' }] }),
  },
} as const;

/** What an engine could forget to do. */
export type Ignored =
  | 'rules'
  | 'vetoes'
  | 'health checks'
  | 'expiry'
  | 'what is to be kept'
  | 'what is to be undone'
  | 'which version is asked for'
  | 'which snapshot is asked for'
  | 'that a transaction goes back'
  | 'pins'
  | 'that a transaction is one'
  | 'that all can before one applies'
  | 'what a source says of itself'
  | 'that a refusal leaves all as it was';

type Loaders = readonly [MockLoader, MockLoader];

/** One config of two sources, and the model of it. Polls are made only when told. */
export class OperatedWorld implements Checked {
  readonly clock = manualClock();
  readonly cache: RecordedCache;
  readonly sources = new OperatedSources();
  model = new OperatedModel();
  manager!: ConfigManager;
  attempts!: Attempts;
  app!: ConfigHandle<Any>;
  /** Of the overrides that this process set, by id. */
  readonly handles = new Map<string | undefined, OverrideHandle>();
  /** What the engine does not do, to see that the checks find it. */
  readonly ignores: Ignored | undefined;
  /** The first answers were proposed. */
  answered = false;
  seen: Seen | undefined;
  holds: unknown;
  /** What the participant is asked when it vetoes: last of all, so that the other one has to undo. */
  vetoAt: 'canApply' | 'apply' = 'apply';
  /** What participants were asked about what an operator did, in order. */
  readonly asked: string[] = [];
  /** Another config, whose sources have nothing: it is changed with the first one, in transactions. */
  readonly peer: Checked = {
    model: new OperatedModel(),
    app: undefined!,
    seen: undefined,
    holds: undefined,
  };
  /** What was in the cache after the last step. */
  stored: unknown;

  /** @param directory Of the cache, which is in memory otherwise. */
  constructor(ignores?: Ignored, directory?: string) {
    const { clock } = this;
    this.ignores = ignores;
    const files = directory === undefined ? undefined : fileCache({ directory, clock });
    this.cache = new RecordedCache(clock, ignores === 'what is to be kept', files);
  }

  boot(): void {
    const { clock, cache } = this;
    this.manager = createTestManager({ clock, cache }).manager;
    this.attempts = new Attempts();
    this.manager.on('*', this.attempts.hear);
    this.app = this.register('app', this, this.sources.loaders);
    this.peer.app = this.register('peer', this.peer, [mockLoader(), mockLoader()]);
    this.handles.clear();
    this.seen = this.peer.seen = this.stored = undefined;
  }

  /** Both are registered alike. */
  register(name: string, of: Checked, [low, high]: Loaders): ConfigHandle<Any> {
    const { ignores } = this;
    const config = this.manager.register(name, {
      sources: [
        { name: 'low', loader: low },
        { name: 'high', loader: high },
      ],
      polling,
      updates: false,
      schema: schema as never,
      defaults: { a: 0, b: 5 },
    });
    config.pause();
    config.rule('c', (c) => ignores === 'rules' || c !== 3, 'is three');
    this.attach(config as ConfigHandle<Any>, of);
    return config as ConfigHandle<Any>;
  }

  /** One becomes what the value is; the other one has something against it. */
  attach(config: ConfigHandle<Any>, of: Checked): void {
    const { ignores } = this;
    of.holds = config.current;
    config.attach({
      name: 'first',
      apply: ({ next }) => void (of.holds = next),
      undo: ({ previous }) => void (ignores === 'what is to be undone' || (of.holds = previous)),
    });
    const agrees = (at: OperatedWorld['vetoAt']): boolean =>
      ignores === 'vetoes' || at !== this.vetoAt || !of.model.vetoes;
    config.attach({
      name: 'part',
      after: ['first'],
      canApply: ({ trigger }) => {
        this.note(config, 'canApply', trigger);
        if (ignores === 'that all can before one applies') this.note(config, 'apply', trigger);
        return agrees('canApply');
      },
      apply: ({ trigger }) => {
        this.note(config, 'apply', trigger);
        return agrees('apply');
      },
      undo: () => {},
      healthCheck: ({ trigger }) => {
        this.note(config, 'healthCheck', trigger);
        return ignores === 'health checks' || !of.model.sick;
      },
    });
  }

  /** A participant is asked. */
  note({ name }: ConfigHandle<Any>, phase: ParticipantPhase, trigger: Trigger): void {
    if (trigger === 'override' || trigger === 'rollback') this.asked.push(`${name} ${phase}`);
  }

  /** Reads both sources. The first answers are one proposal. */
  async refresh(): Promise<void> {
    const { model, sources } = this;
    const arrivals = sources.arrivals(model);
    // once the other one is known there is nothing to wait for
    const first = !this.answered && model.docs[1] === undefined;
    this.answered = true;
    const refreshed = this.app.refresh();
    await this.clock.advance(1);
    await refreshed;
    if (first) model.arrive(arrivals);
    else for (const arrival of arrivals) model.arrive([arrival]);
  }

  /** Both sources are read by themselves, once or more. */
  async poll(): Promise<void> {
    const { app, clock, sources, model } = this;
    const before = sources.loads;
    app.resume();
    await clock.advance(POLLED_MS);
    app.pause();
    const polled = sources.loads.map((loads, source) => loads > before[source]!);
    same(polled, [true, true], 'polled');
    for (const arrival of sources.arrivals(model)) model.arrive([arrival]);
  }

  /** Both are read while something is wrong with one of them. */
  async badly(wrong: Wrong, read: 'refresh' | 'poll'): Promise<void> {
    const ignores = this.ignores === 'what a source says of itself';
    await this.sources.while(wrong, () => this[read](), ignores);
  }

  async override(patch: Content, ttlMs: number | undefined, persist: boolean): Promise<void> {
    const by = { by: 'model', reason: 'test' };
    const ends = ttlMs && this.ignores !== 'expiry' ? { ttlMs } : {};
    const set = this.app.override(patch, { ...by, ...ends, persist });
    const handle = await set.catch(() => undefined);
    const id = handle?.id;
    if (handle) this.handles.set(handle.id, handle);
    else if (this.ignores === 'that a refusal leaves all as it was')
      await this.cache.write('refused', Buffer.from(JSON.stringify(patch)));
    const expiresAt = ttlMs === undefined ? Infinity : this.clock.now() + ttlMs;
    // what a health check took back can come again, and is in nobody's hands
    const name = id ?? `taken back from ${this.model.version}`;
    const inForce = this.model.override({ id: name, patch, expiresAt, persist });
    same(id !== undefined, inForce, 'the override is in force');
    await this.clock.advance(0);
  }

  async close(): Promise<void> {
    const closed = this.manager.close();
    await this.clock.advance(0);
    await closed;
    same(this.clock.pending, 0, 'timers after close');
    this.attempts.close();
  }

  /** Holds what the configs show against what the models say. */
  async check(): Promise<void> {
    const before = this.stored;
    const changed = [await checkConfig(this), await checkConfig(this.peer)];
    const stored = await this.cache.all();
    this.stored = stored;
    if (before && !changed.includes(true)) same(stored, before, 'cache');
  }
}
