/** A wait of about an hour: what the peers are told to poll at, so that their next poll is known among all timers. */
export const HOUR_MS = 3_600_000;

type Callback = (...args: unknown[]) => void;

let held: { run: Callback; handle: NodeJS.Timeout } | undefined;
let tell: (() => void) | undefined;

/** From now on the timers of about an hour that anybody sets can be brought forward. */
function holdTimers(): void {
  if (tell !== undefined) return;
  tell = () => {};
  const { setTimeout: real } = globalThis;
  const holding = (run: Callback, ms?: number, ...args: unknown[]): NodeJS.Timeout => {
    const handle = real(run, ms, ...args);
    if (ms !== undefined && ms > HOUR_MS / 2 && ms < HOUR_MS * 2) {
      held = { run, handle };
      tell!();
    }
    return handle;
  };
  globalThis.setTimeout = Object.assign<typeof holding, typeof real>(holding, real);
}

function nextHeld(): Promise<void> {
  return new Promise((resolve) => {
    tell = resolve;
  });
}

/**
 * For SDKs that only poll by themselves: `start` makes a client that polls each hour, and what comes back brings its
 * next poll forward and ends once the client waits again. One client polls at a time.
 */
export async function pollsByHand(start: () => Promise<unknown>): Promise<() => Promise<void>> {
  holdTimers();
  const first = nextHeld();
  await start();
  await first;
  let mine = held!;
  return async () => {
    const waits = nextHeld();
    clearTimeout(mine.handle);
    mine.run();
    await waits;
    mine = held!;
  };
}
