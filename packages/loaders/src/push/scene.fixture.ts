/* oxlint-disable vitest/no-standalone-expect -- tests call this for what they expect */
import type { ConfigHandle, JsonValue, Loader, PollingOptions } from '@holdfast/core';
import { createTestManager, type EventRecord, type ManualClock } from '@holdfast/testing';
import { manualClock, recordEvents } from '@holdfast/testing';
import { type ConfigServer, configServer } from '@holdfast/testing/config-server';
import { expect, vi } from 'vitest';
import { httpLoader } from '../http.ts';

const PATH = '/app.json';

/** Polls every minute, and no two closer than ten seconds. */
export const TIMES = { intervalMs: 60_000, minIntervalMs: 10_000 } as const;

/** A config whose document is served by a real server and polled on a manual clock. */
export interface Scene extends AsyncDisposable {
  readonly app: ConfigHandle<{ revision: number }>;
  readonly clock: ManualClock;
  readonly server: ConfigServer;
  readonly record: EventRecord;
  /** Another document, of which nobody is told. */
  edit(document: JsonValue): void;
  /** Polls so far, ended ones. */
  polls(): number;
  /** Lets everything run that can without time passing, until this holds: sockets take a while. */
  until(condition: () => boolean): Promise<void>;
  /** Passes time, at most so long, until this holds; gives what had to pass. */
  within(mostMs: number, condition: () => boolean): Promise<number>;
}

/** Registers what `watched` makes of the loader of the document; `more` of its polling than {@link TIMES}. */
export async function scene(
  watched: (loader: Loader) => Loader,
  more: PollingOptions = {},
): Promise<Scene> {
  const server = await configServer({ documents: { [PATH]: { revision: 1 } } });
  const clock = manualClock();
  const { manager } = createTestManager({ clock });
  const record = recordEvents(manager);
  let over: (() => void) | undefined;
  manager.on('poll.started', () => {
    void clock.track(new Promise<void>((resolve) => (over = resolve)));
  });
  manager.on('poll.finished', () => over?.());
  const loader = watched(httpLoader({ url: server.url(PATH) }));
  const polling = { ...TIMES, strategy: 'fixed', ...more } as const;
  const app = manager.register<{ revision: number }>('app', { loader, polling });
  await clock.advance(0);
  expect(app.current).toEqual({ revision: 1 });
  return {
    app,
    clock,
    server,
    record,
    edit: (document) => server.set(PATH, document),
    polls: () => record.of('poll.finished').length,
    until: (condition) =>
      vi.waitFor(
        async () => {
          await clock.advance(0);
          expect(condition()).toBe(true);
        },
        { timeout: 5_000, interval: 2 },
      ),
    async within(mostMs, condition) {
      const from = clock.monotonic();
      for (let passed = 0; passed < mostMs && !condition(); passed += 50) {
        // oxlint-disable-next-line no-await-in-loop -- time passes step by step
        await clock.advance(50);
      }
      expect(condition(), `within ${mostMs} ms`).toBe(true);
      return clock.monotonic() - from;
    },
    async [Symbol.asyncDispose]() {
      await manager.close();
      expect(clock.pending, 'timers after close').toBe(0);
      await server.close();
    },
  };
}
