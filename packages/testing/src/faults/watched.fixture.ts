import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ConfigHandle,
  createConfigManager,
  type HoldfastEvent,
  type Loader,
} from '@holdfast/core';
import { recordEvents } from '@holdfast/testing';
import { fileLoader } from '@holdfast/loaders/file';
import { tempFolder } from '../promises/process.fixture.ts';
import { type Trial, trial } from './always.fixture.ts';

type Finished = HoldfastEvent<'poll.finished'>;

/** A config of real files, in real time: what happens to them is an event of the real kernel. */
export interface Watched<T> extends AsyncDisposable {
  readonly app: ConfigHandle<T>;
  /** Every value that was in force, the first one included. */
  readonly values: readonly T[];
  /** Polls that have ended. */
  polls(): number;
  /** Resolves once a value that satisfies this is in force. */
  until(fits: (value: T) => boolean): Promise<void>;
  /** Resolves with the next poll that ends like this. */
  ends(kind: Finished['outcome']['kind']): Promise<Finished>;
}

/** Polls of the schedule are an hour away: whatever comes sooner was heard of. */
const POLLING = { intervalMs: 3_600_000, minIntervalMs: 1, strategy: 'fixed' } as const;

/** For a loader that may not look by itself: an hour. */
export const EVENTS_ONLY = { statIntervalMs: 3_600_000 } as const;

/** Registers a config, and waits until its loader watches. */
export async function watched<T>(loader: Loader): Promise<Watched<T>> {
  const manager = createConfigManager();
  const record = recordEvents(manager, 'poll.finished');
  const { listening, loader: told } = tellsWhenConnected(loader);
  const config = { loader: told, polling: POLLING, updates: false } as const;
  const app = manager.register('app', config) as unknown as ConfigHandle<T>;
  const values: T[] = [];
  await app.ready();
  app.onChange((value) => void values.push(value), { immediate: true });
  await listening;
  return {
    app,
    values,
    polls: () => record.events.length,
    until: (fits) =>
      new Promise((resolve) => {
        const stopped = new AbortController();
        const look = (value: T): void => {
          if (!fits(value)) return;
          stopped.abort();
          resolve();
        };
        app.onChange(look, { immediate: true, signal: stopped.signal });
      }),
    ends: (kind) =>
      new Promise((resolve) => {
        const stop = manager.on('poll.finished', (event) => {
          if (event.outcome.kind !== kind) return;
          stop();
          resolve(event);
        });
      }),
    [Symbol.asyncDispose]: () => manager.close(),
  };
}

function tellsWhenConnected(loader: Loader): { listening: Promise<void>; loader: Loader } {
  let tell: (() => void) | undefined;
  const listening = new Promise<void>((resolve) => (tell = resolve));
  const watch: Loader['watch'] = (request) =>
    loader.watch!({
      ...request,
      connected() {
        request.connected();
        tell?.();
      },
    });
  return { listening, loader: { ...loader, watch } };
}

/** A new folder with these files. */
export async function folderOf(
  files: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { readonly path: string; at(name: string): string }> {
  const folder = await tempFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
  return { ...folder, at: (name) => join(folder.path, name) };
}

/** A config of a file that is polled alone: nothing is heard of it. */
export function polled(path: string, config: object = {}): Trial {
  return trial({ loader: fileLoader({ path, watch: false }), config });
}

/** Names that every object has since an attack. */
export function polluted(): string[] {
  return ['polluted', 'isAdmin'].filter((key) => key in {});
}
