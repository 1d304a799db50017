import type { ConfigHandle, ConfigManager, OverrideHandle } from '@holdfast/core';
import { createTestManager } from '../create-test-manager.ts';
import { manualClock } from '../manual-clock.ts';
import { mockLoader } from '../mock-loader.ts';
import type { Any } from '../runtime/layers.fixture.ts';
import { same } from './checks.fixture.ts';
import { type Content, KEPT, OperatedModel, valueOf } from './operated-model.fixture.ts';
import { RecordedCache } from './recorded-cache.fixture.ts';

/** Longer than any wait for a participant that vetoed. */
export const FLUSH_MS = 40_000;

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
export type Ignored =
  | 'rules'
  | 'vetoes'
  | 'health checks'
  | 'expiry'
  | 'what is to be kept'
  | 'which version is asked for'
  | 'pins'
  | 'that a refusal leaves all as it was';

/** One config of two sources, and the model of it. Polls are made only when told. */
export class OperatedWorld {
  readonly clock = manualClock();
  readonly cache: RecordedCache;
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
  /** What was there after the last step. */
  seen: Seen | undefined;

  constructor(ignores?: Ignored) {
    this.ignores = ignores;
    this.cache = new RecordedCache(this.clock, ignores === 'what is to be kept');
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
    // another one each time, as it is for the source
    this.served[source] = { ...doc };
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
  }

  /** Holds what the config shows against what the model says. */
  async check(): Promise<void> {
    const { app, model } = this;
    const { current, status } = app;
    same(current, model.value, 'current');
    same(valueOf(model), model.value, 'the value of the inputs');
    const documents = ['low', 'high'].map((name) => app.source(name).document());
    same(documents, model.docs, 'documents');
    const laid = (await app.overrides()).map(({ patch, persist }) => ({ patch, persist }));
    same(
      laid,
      model.laid.map(({ patch, persist }) => ({ patch, persist })),
      'overrides',
    );
    const left = status.sources.map(({ waiting }) => waiting?.kind);
    same(
      left,
      model.left.map((one) => one?.kind),
      'waiting',
    );
    same(status.pinned, model.pinned, 'pinned');
    same(status.diverged, [], 'diverged');
    same(status.version, model.version, 'version');
    await this.compare();
  }

  /** What changes nothing leaves everything as it was, whether it was refused, vetoed, rejected or needless. */
  async compare(): Promise<void> {
    const { app, model, cache } = this;
    const before = this.seen;
    const versions = await app.versions();
    const kept = Math.min(model.version, KEPT + 1);
    const numbers = Array.from({ length: kept }, (_, i) => model.version - i);
    same(
      versions.map(({ version }) => version),
      numbers,
      'versions',
    );
    const seen = { inputs: model.inputs, value: app.current, versions, stored: await cache.all() };
    this.seen = seen;
    // a process that has just begun
    if (before === undefined) return;
    if (before.versions[0]!.version === model.version)
      same(seen.value === before.value, true, 'identity');
    if (!before.inputs.every((input, i) => input === seen.inputs[i])) return;
    same(versions, before.versions, 'history');
    same(seen.stored, before.stored, 'cache');
  }
}

/** What a step may leave as it was. */
interface Seen {
  readonly inputs: readonly unknown[];
  readonly value: unknown;
  readonly versions: readonly { readonly version: number }[];
  readonly stored: unknown;
}
