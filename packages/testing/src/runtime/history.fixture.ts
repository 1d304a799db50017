import type { Cache, CacheKey, ConfigHandle, ConfigManager, JsonValue } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { preload } from '@holdfast/core/preload';
import { createTestManager, manualClock, mockLoader, recordEvents } from '@holdfast/testing';
import type { EventRecord, ManualClock, MockLoader } from '@holdfast/testing';
import { z } from 'zod';

/** Who does it, and why. */
export const ann = { by: 'ann', reason: 'a test' } as const;

/** With it a cache may have secrets. */
export const cacheKeys: readonly CacheKey[] = [{ id: 'a', key: new Uint8Array(32) }];

/** What the configs of these tests are. */
export interface Size {
  readonly size: number;
  readonly name?: string;
}

/** One config that reads a mock every minute. */
export interface Kept {
  readonly manager: ConfigManager;
  readonly clock: ManualClock;
  readonly loader: MockLoader;
  readonly app: ConfigHandle<Size, Size>;
  readonly record: EventRecord;
  readonly cache: Cache;
  /** The bytes in the cache, as text. */
  readonly stored: () => string;
}

/** What is not the same everywhere. */
export interface KeptOptions {
  readonly cache?: Cache;
  readonly value?: JsonValue;
  readonly history?: object;
  readonly schema?: unknown;
  readonly defaults?: object;
  readonly secrets?: readonly string[];
  readonly cacheKeys?: readonly CacheKey[];
}

/** Sizes up to a hundred. */
export const upTo = (max: number): unknown =>
  z.object({ size: z.int().max(max), name: z.string().optional() });

/** A cache, and all that is in it. */
export function spyOn(inner: Cache): { readonly spied: Cache; readonly stored: () => string } {
  const texts = new Map<string, string>();
  const spied: Cache = {
    read: (key) => inner.read(key),
    remove: async (key) => {
      texts.delete(key);
      await inner.remove(key);
    },
    write: async (key, bytes) => {
      texts.set(key, new TextDecoder().decode(bytes));
      await inner.write(key, bytes);
    },
  };
  return { spied, stored: () => [...texts.values()].toSorted().join('\n') };
}

/** Registers the config; nothing has happened yet. */
export function begin({
  value = { size: 1 },
  cache,
  cacheKeys: keys = [],
  ...config
}: KeptOptions = {}): Kept {
  const clock = manualClock({ preload: [preload] });
  const { spied, stored } = spyOn(cache ?? memoryCache({ clock }));
  const { manager } = createTestManager({ clock, cache: spied, cacheKeys: keys });
  const record = recordEvents(manager);
  const loader = mockLoader({ value });
  const app = manager.register<Size>('app', {
    loader,
    polling: { intervalMs: 60_000, strategy: 'fixed' },
    schema: upTo(100),
    ...config,
  } as never);
  return { manager, clock, loader, app, record, cache: spied, stored };
}

/** Registers the config and waits for its first document. */
export async function keeps(options: KeptOptions = {}): Promise<Kept> {
  const made = begin(options);
  await made.clock.advance(1);
  return made;
}

/** The source gives these documents, one after the other, each polled at once. */
export async function brings({ loader, app, clock }: Kept, ...values: JsonValue[]): Promise<void> {
  for (const value of values) {
    loader.next(value);
    const outcome = app.refresh();
    await clock.advance(1);
    await outcome;
  }
}

/** The result of what needs a little time to pass. */
export async function soon<T>({ clock }: Pick<Kept, 'clock'>, promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  await clock.advance(1);
  return promise;
}

/** All that a refused step may not have changed. */
export async function everything(made: Kept): Promise<unknown> {
  const { app } = made;
  const { version, pinned, diverged } = app.status;
  return {
    value: app.current,
    version,
    pinned,
    diverged,
    versions: await app.versions(),
    snapshots: await app.snapshots(),
    overrides: await app.overrides(),
    stored: made.stored(),
  };
}
