// Taken when this module loads: fake timers that a test installs later must not stop the manual clock.
// oxlint-disable-next-line no-restricted-properties -- what moves a clock by hand needs real turns
const { setImmediate: immediate, setTimeout: timeout, MessageChannel: Channel } = globalThis;

/** Resolves after one turn of the event loop, once everything that could run in it has run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof immediate === 'function') immediate(resolve);
    else if (typeof Channel === 'function') throughChannel(resolve);
    else timeout(resolve, 0);
  });
}

/** Resolves after about `ms` milliseconds of real time, whatever the tests do to the timers. */
export function realPause(ms: number): Promise<void> {
  return new Promise((resolve) => void timeout(resolve, ms));
}

/** In browsers: their nested `setTimeout(0)` takes 4 ms, a message takes none. */
function throughChannel(resolve: () => void): void {
  const { port1, port2 } = new Channel();
  port1.addEventListener('message', () => {
    port1.close();
    resolve();
  });
  port1.start();
  port2.postMessage(undefined);
}
