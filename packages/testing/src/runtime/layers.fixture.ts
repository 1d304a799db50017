import type { ConfigHandle, JsonValue, SourceOptions, UntypedConfigOptions } from '@holdfast/core';
import { type MockLoader, mockLoader, type MockLoaderOptions } from '@holdfast/testing';
import {
  everyMinute,
  soon,
  type Stage,
  stage,
  type StageOptions,
} from '../promises/scene.fixture.ts';

/** Values are not what these tests are about. */
// oxlint-disable-next-line typescript/no-explicit-any -- so they need no types
export type Any = any;

/** A config of several mock loaders, each named as its source. */
export interface Layers<N extends string> extends Stage {
  readonly loaders: Readonly<Record<N, MockLoader>>;
  readonly app: ConfigHandle<Any>;
}

/** A source of a scene: what it serves, and what is said of it. */
export type Layer = MockLoaderOptions & Omit<SourceOptions, 'loader' | 'name'>;

/** What is not the same in every scene. */
export type LayersOptions = StageOptions<Any>;

/** Registered, lowest layer first, and nothing has happened yet. */
export function layers<N extends string>(
  given: Readonly<Record<N, Layer>>,
  options: LayersOptions = {},
): Layers<N> {
  const made = stage(options.manager);
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
  const app = made.manager.register('app', config as UntypedConfigOptions<Any>);
  return { ...made, loaders, app };
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
