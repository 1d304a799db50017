import type { Pause } from '../document/pause.ts';
import type { Clock } from '../ports/clock.ts';

/** How long work on a document lets others have their turn: through the clock where it knows of turns. */
export function pauseOf(clock: Clock): Pause {
  return () => clock.nextTurn?.() ?? nextTurn();
}

/** By a message, which browsers do not slow down as they do timers. Workers of an edge may have none. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof MessageChannel === 'undefined') setTimeout(resolve);
    else throughChannel(resolve);
  });
}

function throughChannel(resolve: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => {
    port1.close();
    resolve();
  });
  port1.start();
  port2.postMessage(undefined);
}
