import type {
  ConfigHandle,
  ConfigManager,
  JsonValue,
  Outcome,
  UntypedConfigOptions,
} from '@holdfast/core';
import { preload } from '@holdfast/core/preload';
import { createTestManager, manualClock, mockLoader, recordEvents } from '@holdfast/testing';
import type {
  EventRecord,
  ManualClock,
  MockLoader,
  MockLoaderOptions,
  TestManagerOptions,
} from '@holdfast/testing';

/** A document that every scene begins with. */
export const first = {
  revision: 1,
  pool: { size: 4, hosts: ['a', 'b'] },
  log: { level: 'info' },
} as const satisfies JsonValue;

export type Doc = {
  readonly revision: number;
  readonly pool: { readonly size: number; readonly hosts: readonly string[] };
  readonly log: { readonly level: string };
};

/** A manager on a manual clock, and what it tells. */
export interface Stage {
  readonly manager: ConfigManager;
  readonly clock: ManualClock;
  readonly record: EventRecord;
}

/** What is not the same on every stage. */
export interface StageOptions<T> {
  readonly manager?: TestManagerOptions;
  readonly config?: Partial<Omit<UntypedConfigOptions<T>, 'schema'>> & {
    readonly schema?: unknown;
  };
}

/** One config of a mock loader. */
export interface Scene extends Stage {
  readonly loader: MockLoader;
  readonly app: ConfigHandle<Doc>;
}

/** What is not the same in every scene. */
export interface SceneOptions extends StageOptions<Doc> {
  readonly loader?: MockLoaderOptions;
}

/** Plain intervals of a minute, so that a test can count polls. */
export const everyMinute = { intervalMs: 60_000, strategy: 'fixed' } as const;

/** A clock for scenes that share it with a cache or with another manager. */
export const sceneClock = (): ManualClock => manualClock({ preload: [preload] });

/** Nothing is registered yet. */
export function stage(options?: TestManagerOptions): Stage {
  const { manager, clock } = createTestManager(options);
  return { manager, clock, record: recordEvents(manager) };
}

/** Registered, and nothing has happened yet. */
export function scene(options: SceneOptions = {}): Scene {
  const made = stage(options.manager);
  const loader = mockLoader({ value: first, ...options.loader });
  const config = { loader, polling: everyMinute, ...options.config } as UntypedConfigOptions<Doc>;
  const app = made.manager.register<Doc>('app', config) as ConfigHandle<Doc>;
  return { ...made, loader, app };
}

/** Registered, and the first document is in force, confirmed by its source. */
export async function settledScene(options: SceneOptions = {}): Promise<Scene> {
  const made = scene(options);
  await made.clock.advance(1);
  if (made.app.status.state !== 'fresh') throw new Error('Cannot begin: the scene is not fresh');
  made.record.clear();
  return made;
}

/** The result of what needs a little time to pass. */
export async function soon<T>(clock: ManualClock, promise: Promise<T>, ms = 1): Promise<T> {
  await clock.advance(ms);
  return promise;
}

/** The outcome of one poll, made now. */
export function poll({ app, clock }: Pick<Scene, 'app' | 'clock'>, ms = 1): Promise<Outcome> {
  return soon(clock, app.refresh(), ms);
}

/** `document` with other values at the top. */
export const edited = (change: Partial<Doc>): JsonValue => ({ ...first, ...change });

/** UTF-8. */
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
