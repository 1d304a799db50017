import type { Cache, ConfigHandle, JsonValue } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { preload } from '@holdfast/core/preload';
import { createTestManager, manualClock, mockLoader, recordEvents } from '@holdfast/testing';
import { cacheKeys, everything, type Kept, type Size, spyOn, upTo } from './history.fixture.ts';

/** Two configs that belong together: of `app` sizes up to 100 are right, of `db` up to 50. */
export interface Pair {
  readonly app: Kept;
  readonly db: Kept;
}

/** What is not the same for all pairs. */
export interface PairOptions {
  /** How long a write to the cache takes. */
  readonly writeMs?: number;
  /** The names in `db` are secrets, and this is the first of them. */
  readonly secret?: string;
}

/** Registers both and waits for their first documents. */
export async function pair({ writeMs = 0, secret }: PairOptions = {}): Promise<Pair> {
  const clock = manualClock({ preload: [preload] });
  const { spied, stored } = spyOn(memoryCache({ clock }));
  const written = (): Promise<void> => new Promise((done) => void clock.setTimer(writeMs, done));
  const cache: Cache =
    writeMs === 0
      ? spied
      : { ...spied, write: async (key, bytes) => written().then(() => spied.write(key, bytes)) };
  const { manager } = createTestManager({ clock, cache, cacheKeys: secret ? cacheKeys : [] });
  const record = recordEvents(manager);
  const register = (name: string, max: number, own?: string): Kept => {
    const value: JsonValue = { size: 1, ...(own && { name: own }) };
    const loader = mockLoader({ name, value });
    const polling = { intervalMs: 60_000, strategy: 'fixed' } as const;
    const secrets = own ? ['name'] : [];
    const options = { loader, polling, schema: upTo(max), secrets } as never;
    const app = manager.register<Size>(name, options) as ConfigHandle<Size, Size>;
    return { manager, clock, loader, app, record, cache, stored };
  };
  const made = { app: register('app', 100), db: register('db', 50, secret) };
  await clock.advance(1);
  record.clear();
  return made;
}

/** All that a refused transaction may not have changed. */
export async function both({ app, db }: Pair): Promise<unknown> {
  return [await everything(app), await everything(db)];
}

/** The sizes in force. */
export const sizes = ({ app, db }: Pair): readonly number[] => [
  app.app.current.size,
  db.app.current.size,
];
