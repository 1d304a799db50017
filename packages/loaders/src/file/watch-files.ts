import type { WatchRequest } from '@holdfast/core';
import { untilAborted } from '../internal/until-aborted.ts';
import { Bell } from './bell.ts';
import { WatchedFolders } from './folders.ts';
import type { FileSet, FileWatchPolicy } from './options.ts';
import { placesOf } from './places.ts';
import { stampOf } from './stamp.ts';

/** What a watch has to know. */
interface WatchTerms extends FileWatchPolicy {
  readonly set: FileSet;
}

/** A file that is written to without a pause is told of after so many pauses that did not come. */
const MAX_PAUSES = 10;

/**
 * Tells of changes until the signal aborts: by events of the folders that lead to the files, and by a look every
 * `statIntervalMs`, for which no event is needed.
 */
export async function watchFiles(terms: WatchTerms, request: WatchRequest): Promise<void> {
  request.signal.throwIfAborted();
  const bell = new Bell();
  const folders = new WatchedFolders(() => bell.ring());
  try {
    // a file system of the network may hang: the abort does not wait for it
    await untilAborted(tell(terms, request, { bell, folders }), request.signal);
  } finally {
    folders.close();
  }
}

interface Ears {
  readonly bell: Bell;
  readonly folders: WatchedFolders;
}

async function tell(terms: WatchTerms, request: WatchRequest, ears: Ears): Promise<void> {
  const { bell } = ears;
  let seen = await look(terms.set, ears, request.signal);
  request.connected();
  for (;;) {
    const rang = await bell.wait(terms.statIntervalMs, request);
    if (rang) await quiet(bell, terms.debounceMs, request);
    const now = await look(terms.set, ears, request.signal);
    // what rang has changed, even where nothing shows: two changes may bear the same time
    if (rang || now !== seen) request.changed();
    seen = now;
  }
}

async function quiet(bell: Bell, debounceMs: number, request: WatchRequest): Promise<void> {
  for (let pauses = 0; pauses < MAX_PAUSES; pauses++) {
    if (!(await bell.wait(debounceMs, request))) return;
  }
}

/** Follows the files to where they are now, then says what they are: in this order, so that nothing is missed. */
async function look(set: FileSet, { folders }: Ears, signal: AbortSignal): Promise<string> {
  let [before, found]: (string | undefined)[] = [];
  // what moved before it was watched was heard by nobody
  do {
    before = found;
    found = await folders.follow(await placesOf(set));
    // it was closed meanwhile
    if (signal.aborted) folders.close();
    signal.throwIfAborted();
  } while (found !== before);
  return stampOf(set).then(
    ({ revision }) => revision,
    (error: unknown) => String(error),
  );
}
