import type { InFlight } from './in-flight.ts';
import { nextTurn, realPause } from './turn.ts';

/** Turns without anything in flight after which nothing more is expected: covers code that yields by a message or two. */
const QUIET_TURNS = 4;
/** Turns spent before real pauses begin: most work in flight ends within them. */
const EAGER_TURNS = 200;
/** Real pauses of 1 ms after which the drain gives up on what is in flight. */
const MAX_PAUSES = 10_000;

/**
 * Resolves when nothing can run any more but a timer of the clock: every promise chain has ended or waits for time.
 *
 * @throws {Error} When something in flight does not end within about ten seconds of real time.
 */
export async function drain(inFlight: InFlight): Promise<void> {
  let busyTurns = 0;
  for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other is what this is about
    await nextTurn();
    if (!inFlight.busy()) continue;
    quiet = -1;
    busyTurns += 1;
    if (busyTurns > EAGER_TURNS + MAX_PAUSES)
      throw new Error(
        'Cannot drain: a tracked promise, a file or a crypto operation has been in flight for ten seconds',
      );
    // oxlint-disable-next-line no-await-in-loop -- waits for another thread
    if (busyTurns > EAGER_TURNS) await realPause(1);
  }
}
