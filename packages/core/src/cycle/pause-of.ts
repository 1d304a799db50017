import type { Pause } from '../document/pause.ts';
import type { Clock } from '../ports/clock.ts';

/** How long work on a document lets others have their turn: through the clock where it knows of turns. */
export function pauseOf(clock: Clock): Pause {
  return () => clock.nextTurn?.() ?? nextTurn(clock);
}

/** By a message, which browsers do not slow down as they do timers. Not every runtime has such. */
function nextTurn(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    if (typeof MessageChannel === 'function') throughChannel(resolve);
    else clock.setTimer(0, resolve, { keepAlive: true });
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
