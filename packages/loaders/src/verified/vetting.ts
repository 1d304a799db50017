import type { Loaded, WatchRequest } from '@holdfast/core';
import { linkedController } from '../push/linked-controller.ts';
import { type Guard, judgeLoaded } from './guard.ts';

/** As long as a load may take by default: a proof may ask a network for its keys, and hear nothing. */
const LONGEST_MS = 10_000;

/**
 * Documents that are offered are judged before the engine hears of them, one at a time, and of those that wait only the
 * newest; it judges them again beside what it holds by then. Of one that is not good enough, or whose proof takes too long,
 * only that something happened is told: the engine asks the origin, within its bounds.
 */
export function vetting(
  { name, guard }: { readonly name: string; readonly guard: Guard },
  request: WatchRequest,
): WatchRequest {
  const { limits, time } = request;
  let newest: { readonly loaded: Loaded; readonly at: number } | undefined;
  let busy = false;
  const vet = async (): Promise<void> => {
    busy = true;
    while (newest) {
      const { loaded, at } = newest;
      newest = undefined;
      const judged = judgeLoaded(guard, { name, loaded, standard: { limits, at } });
      try {
        // oxlint-disable-next-line no-await-in-loop -- in the order in which they came
        await inTime(judged, request);
        request.offer(loaded);
      } catch {
        request.changed();
      }
    }
    busy = false;
  };
  return {
    ...request,
    offer: (loaded) => {
      newest = { loaded, at: time.now() };
      if (!busy) void vet();
    },
  };
}

/** Settles as `work` does, and rejects where that takes too long. */
async function inTime(work: Promise<void>, { signal, time }: WatchRequest): Promise<void> {
  const end = linkedController(signal);
  const late = time.sleep(LONGEST_MS, end.signal).then(() => {
    throw new Error('it takes too long');
  });
  try {
    await Promise.race([work, late]);
  } finally {
    end.abort(new Error('it was judged'));
  }
}
