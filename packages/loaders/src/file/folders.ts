import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { matters, type Names, type Places } from './places.ts';

/** Of a rename Deno says only what it was called before. */
const HALF_NAMED = process.versions['deno'] !== undefined;

interface Open {
  readonly watcher: FSWatcher;
  /** Another one under the same name is another folder. */
  readonly mark: string;
  names: Names;
}

/**
 * Watches of folders. A folder that cannot be watched (it is not there, the table of watches is full) is tried again at
 * the next `follow`; until then nothing is heard of it.
 */
export class WatchedFolders {
  readonly #open = new Map<string, Open>();
  readonly #onEvent: () => void;

  constructor(onEvent: () => void) {
    this.#onEvent = onEvent;
  }

  /** Watches these folders, and no others. Gives what it found: the same for the same folders. */
  async follow(places: Places): Promise<string> {
    for (const folder of this.#open.keys()) if (!places.has(folder)) this.#drop(folder);
    const found: unknown[] = [];
    for (const [folder, names] of places) {
      const mark = await markOf(folder);
      found.push([folder, ...names.exact, mark]);
      const open = this.#open.get(folder);
      if (open && open.mark === mark) open.names = names;
      else {
        this.#drop(folder);
        if (mark !== undefined) this.#watch(folder, mark, names);
      }
    }
    return JSON.stringify(found);
  }

  /** Ends all of them. */
  close(): void {
    for (const folder of this.#open.keys()) this.#drop(folder);
  }

  #watch(folder: string, mark: string, names: Names): void {
    try {
      const watcher = watch(folder, { persistent: false });
      watcher.unref(); // in Deno the option alone lets no process end
      const open: Open = { watcher, mark, names };
      this.#open.set(folder, open);
      watcher.on('change', (type, name) => {
        const named = name === null || (type === 'rename' && HALF_NAMED) ? null : String(name);
        // the folder itself went, to another name or for good; the next one may have its inode
        const isGone = type === 'rename' && named === basename(folder);
        if (isGone) this.#drop(folder);
        if (isGone || matters(open.names, named)) this.#onEvent();
      });
      watcher.on('error', () => this.#drop(folder));
    } catch {
      // ENOSPC, EMFILE, ENOENT: the look of the watch itself finds what happens there
    }
  }

  #drop(folder: string): void {
    this.#open.get(folder)?.watcher.close();
    this.#open.delete(folder);
  }
}

/** What tells two folders apart: a new one may have the inode of the one that was deleted. */
async function markOf(folder: string): Promise<string | undefined> {
  const found = await stat(folder, { bigint: true }).catch(() => undefined);
  return found && `${found.ino}-${found.birthtimeNs}`;
}
