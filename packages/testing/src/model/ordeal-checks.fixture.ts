import { equal } from './documents.fixture.ts';
import { same } from './checks.fixture.ts';
import { because } from './operated-arbitraries.fixture.ts';
import { policy } from './ordeal-process.fixture.ts';
import type { OrdealWorld } from './ordeal-world.fixture.ts';

const LONGEST_MS = policy.polling.maxIntervalMs;
/** No timer of a process is longer, so that it notices by then that the machine slept; nor does any call take longer. */
const NOTICED_MS = 60_000;

/** What holds at any time. */
export function checkStep({ violations }: OrdealWorld): void {
  same(violations, [], 'violations');
}

/** Nothing is wrong any more, and operators take back what they did: all must be as if nothing had happened. */
export async function checkHealing(world: OrdealWorld): Promise<void> {
  const { clock, cache, sources } = world;
  world.reactions = [];
  world.healing = true;
  cache.mood = 'works';
  cache.release();
  for (const { loader } of sources) loader.heal();
  if (world.process.closed) await world.restart(0);
  for (const source of sources) if (!source.sound) source.publish();
  const { process } = world;
  process.app.resume();
  takeBack(world);
  await clock.advance(NOTICED_MS);
  const healed = (): boolean =>
    process.app.status.state === 'fresh' && equal(process.read(), world.wanted);
  const until = clock.monotonic() + 2 * LONGEST_MS + policy.updates.windowMs;
  // oxlint-disable-next-line no-await-in-loop -- one wait after the other
  while (!healed() && clock.monotonic() < until) await clock.advance(10_000);
  same(process.read(), world.wanted, 'healed');
  same(process.app.status.state, 'fresh', 'healed');
  same(world.awaited, [], 'promises that nobody kept');
  checkStep(world);
}

/** Operators take back what they did: whatever comes of it, their calls do not reject. */
function takeBack(world: OrdealWorld): void {
  const { app } = world.process;
  const waitFor = (what: string, taken: Promise<unknown>): void => {
    const failed = (error: unknown): void => world.must(false, `${what}: ${String(error)}`);
    world.promised(what, taken.catch(failed));
  };
  // at once: the cache may still have to say what there is to take back
  waitFor('unpin()', app.unpin(because));
  waitFor('clearOverrides()', app.clearOverrides(because));
}

/** The next process serves what the one before had, whoever is down. */
export async function checkRestart(world: OrdealWorld): Promise<void> {
  const { clock, sources } = world;
  // what could not be stored is stored with the next confirmation
  await clock.advance(LONGEST_MS);
  for (const { loader } of sources) loader.fail(Infinity);
  await world.restart(1_000);
  // a lazy one begins
  world.process.read();
  await clock.advance(1_000);
  same(world.process.read(), world.wanted, 'served after a restart');
  checkStep(world);
}

/** Nobody waits for anything once a process has ended, and nothing of it goes on. */
export async function checkEnd(world: OrdealWorld): Promise<void> {
  const { clock, process } = world;
  world.promised('close()', process.manager.close());
  await clock.advance(0);
  same(world.awaited, [], 'promises that nobody kept after close()');
  same(clock.pending, 0, 'timers after close()');
  checkStep(world);
}
