import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Clock,
  type ConfigHandle,
  type ConfigManager,
  createConfigManager,
} from '@holdfast/core';
import { fileLoader } from '@holdfast/loaders/file';
import { httpLoader } from '@holdfast/loaders/http';
import { serverSentEvents } from '@holdfast/loaders/sse';
import { Listeners } from './listeners.ts';
import type { OriginPlaces } from './origin-process.ts';

/** Twenty-four configs that are polled so make ten thousand polls a minute, faults and backoff included. */
const POLLING = {
  strategy: 'fixed',
  intervalMs: 90,
  minIntervalMs: 50,
  maxIntervalMs: 1_000,
  deadlineMs: 500,
  revalidateMs: 5_000,
  backoff: { maxMs: 300 },
} as const;
/** Nothing is held back: that would make fewer changes. */
const UPDATES = { max: 10_000, windowMs: 1_000 };
const BECAUSE = { by: 'soak', reason: 'to see whether it is kept' };
const TURN_MS = 50;

/** Configs that are polled, watched, overridden and listened to until it is ended. */
export interface SoakLoad extends AsyncDisposable {
  /** So far. */
  readonly polls: number;
  /** See {@link Listeners}. */
  readonly listeners: Listeners;
}

/** Puts a load on a process. */
export async function soakLoad(
  { urls, eventsUrl }: OriginPlaces,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
): Promise<SoakLoad> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-soak-'));
  const path = join(folder, 'app.json');
  await writeFile(path, '{"n":0}');
  const manager = createConfigManager({ clock, random });
  let polls = 0;
  manager.on('poll.finished', () => void (polls += 1));
  const plain = urls.slice(1).map((url) => httpLoader({ url }));
  const pushed = serverSentEvents(httpLoader({ url: urls[0]! }), {
    url: eventsUrl,
    silenceMs: 3_000,
  });
  const loaders = [...plain, pushed, fileLoader({ path })];
  const configs = loaders.map((loader, i) =>
    manager.register(`app-${i}`, { loader, polling: POLLING, updates: UPDATES }),
  );
  const listeners = new Listeners();
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
    listeners.turn(configs);
    const config = configs[turns % configs.length]!;
    if (turns % 4 === 0) override(config, turns);
    if (turns % 10 === 0) void editFile(path, turns);
    if (turns % 20 === 0) comeAndGo(manager, config, { name: `guest-${turns}`, url: urls[0]! });
  }, TURN_MS);
  return {
    get polls() {
      return polls;
    },
    listeners,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      listeners.end();
      await manager.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** For half a second at most, twenty times as long as it takes for the next one. */
function override(config: ConfigHandle<unknown>, n: number): void {
  config.override({ overridden: n }, { ...BECAUSE, ttlMs: 500 }).catch(String);
}

/** Now and then it is garbage, or is put in place by a rename. */
async function editFile(path: string, n: number): Promise<void> {
  const text = n % 70 === 0 ? '{"n":' : JSON.stringify({ n });
  if (n % 30 !== 0) return writeFile(path, text);
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** What is asked for and left again: an iteration of changes, a refresh, a config. */
function comeAndGo(
  manager: ConfigManager,
  config: ConfigHandle<unknown>,
  { name, url }: { readonly name: string; readonly url: string },
): void {
  const aborter = new AbortController();
  void config.changes({ signal: aborter.signal }).next().catch(String);
  void config.refresh();
  manager.register(name, { loader: httpLoader({ url }), polling: POLLING });
  setTimeout(() => {
    aborter.abort();
    void manager.unregister(name);
  }, 15 * TURN_MS);
}
