import type {
  ConfigHandle,
  ConfigManager,
  JsonValue,
  SourceOptions,
  UntypedConfigOptions,
} from '@holdfast/core';
import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import type {
  EventRecord,
  ManualClock,
  MockLoader,
  MockLoaderOptions,
  TestManagerOptions,
} from '@holdfast/testing';
import { everyMinute, soon } from '../promises/scene.fixture.ts';

/** Values are not what these tests are about. */
// oxlint-disable-next-line typescript/no-explicit-any -- so they need no types
export type Any = any;

/** A config of several mock loaders, each named as its source. */
export interface Layers<N extends string> {
  readonly manager: ConfigManager;
  readonly clock: ManualClock;
  readonly loaders: Readonly<Record<N, MockLoader>>;
  readonly app: ConfigHandle<Any>;
  readonly record: EventRecord;
}

/** A source of a scene: what it serves, and what is said of it. */
export type Layer = MockLoaderOptions & Omit<SourceOptions, 'loader' | 'name'>;

/** What is not the same in every scene. */
export interface LayersOptions {
  readonly manager?: TestManagerOptions;
  readonly config?: Partial<Omit<UntypedConfigOptions<Any>, 'schema'>> & {
    readonly schema?: unknown;
  };
}

/** Registered, lowest layer first, and nothing has happened yet. */
export function layers<N extends string>(
  given: Readonly<Record<N, Layer>>,
  options: LayersOptions = {},
): Layers<N> {
  const { manager, clock } = createTestManager(options.manager);
  const record = recordEvents(manager);
  const entries = Object.entries<Layer>(given);
  const loaders = Object.fromEntries(
    entries.map(([name, { optional: _o, whenAbsent: _w, polling: _p, ...loader }]) => [
      name,
      mockLoader({ name, ...loader }),
    ]),
  ) as Record<N, MockLoader>;
  const sources = entries.map(([name, { optional, whenAbsent, polling }]) => ({
    name,
    loader: loaders[name as N],
    ...(optional !== undefined && { optional }),
    ...(whenAbsent && { whenAbsent }),
    ...(polling && { polling }),
  }));
  const config = { sources, polling: everyMinute, ...options.config };
  const app = manager.register('app', config as UntypedConfigOptions<Any>);
  return { manager, clock, loaders, app, record };
}

/** Registered, and all have answered once. */
export async function settledLayers<N extends string>(
  given: Readonly<Record<N, Layer>>,
  options: LayersOptions = {},
): Promise<Layers<N>> {
  const made = layers(given, options);
  await made.clock.advance(1);
  made.record.clear();
  return made;
}

/** Polls all sources now. */
export const polled = ({ app, clock }: Layers<string>) => soon(clock, app.refresh());

/** A Standard Schema that agrees with what `holds`. */
export function schemaOf(holds: (value: Any) => boolean | Promise<boolean>): unknown {
  const verdict = (value: unknown, good: boolean) =>
    good ? { value } : { issues: [{ message: 'will not do' }] };
  const validate = (value: unknown) => {
    const good = holds(value);
    return good instanceof Promise
      ? good.then((late) => verdict(value, late))
      : verdict(value, good);
  };
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

/** Who does it, and why. */
export const because = { by: 'ann', reason: 'a test' } as const;

/** What was resolved or rejected with, and `pending` while neither happened. */
export function followed<T>(promise: Promise<T>): { readonly now: () => unknown } {
  let now: unknown = 'pending';
  promise.then(
    (value) => (now = value),
    (error: unknown) => (now = error),
  );
  return { now: () => now };
}

/** All that a refusal or veto must leave as it was. */
export function stateOf({ app }: Pick<Layers<string>, 'app'>): JsonValue {
  const { version, pinned, pendingRestart, diverged, from } = app.status;
  const all = { current: app.current, version, pinned, pendingRestart, diverged, from };
  return JSON.parse(JSON.stringify(all)) as JsonValue;
}
