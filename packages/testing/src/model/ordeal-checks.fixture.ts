import type { StateDocument } from '@holdfast/core';
import { equal } from './documents.fixture.ts';
import { same } from './checks.fixture.ts';
import { PIN } from './ordeal-ledger.fixture.ts';
import { clearOverrides, importState, unpin } from './ordeal-operations.fixture.ts';
import { defaults, policy } from './ordeal-process.fixture.ts';
import type { OrdealWorld } from './ordeal-world.fixture.ts';

const LONGEST_MS = policy.polling.maxIntervalMs;
/** No timer of a process is longer, so that it notices by then that the machine slept; nor does any call take longer. */
const NOTICED_MS = 60_000;
/** Where nothing hangs, each call has settled by then. */
const SETTLED_MS = 20_000;

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
  // what is not in its queues yet would come after
  const comes = world.awaited.some((what) => ['transaction', 'importState'].includes(what));
  if (world.terms.patient || comes) {
    await clock.advance(NOTICED_MS);
    await checkLedgers(world);
  }
  takeBack(world);
  await clock.advance(NOTICED_MS);
  const healed = (): boolean =>
    process.app.status.state === 'fresh' && equal(process.read(), world.wanted);
  const until = clock.monotonic() + 2 * LONGEST_MS + policy.updates.windowMs;
  // oxlint-disable-next-line no-await-in-loop -- one wait after the other
  while (!healed() && clock.monotonic() < until) await clock.advance(10_000);
  same(process.read(), world.wanted, 'healed');
  same(process.app.status.state, 'fresh', 'healed');
  same(process.other.current, { ...defaults, ...world.other.document }, 'healed');
  same(world.awaited, [], 'promises that nobody kept');
  await checkLedgers(world);
  checkStep(world);
}

/** What operators were told is so. */
async function checkLedgers({ process: { app, other }, ledgers }: OrdealWorld): Promise<void> {
  for (const [handle, ledger] of [
    [app, ledgers.app],
    [other, ledgers.other],
  ] as const) {
    const names = (await handle.overrides()).map(({ reason }) => reason);
    const pins = handle.status.pinned ? [PIN] : [];
    same(ledger.brokenBy([...names, ...pins]), [], `promised to operators of ${handle.name}`);
  }
}

/** Operators take back what they did: whatever comes of it, their calls do not reject. */
function takeBack(world: OrdealWorld): void {
  const { app, other } = world.process;
  const waitFor = (what: string, taken: Promise<unknown>): void => {
    const failed = (error: unknown): void => world.must(false, `${what}: ${String(error)}`);
    world.promised(what, taken.catch(failed));
  };
  // at once: the cache may still have to say what there is to take back
  waitFor('unpin()', unpin(world.process));
  for (const handle of [app, other])
    waitFor('clearOverrides()', clearOverrides(world.process, handle));
}

/** The next process serves what the one before had, whoever is down. */
export async function checkRestart(world: OrdealWorld): Promise<void> {
  const { clock, sources } = world;
  // what could not be stored is stored with the next confirmation
  await clock.advance(LONGEST_MS);
  for (const { loader } of [...sources, world.other]) loader.fail(Infinity);
  await world.restart(1_000);
  // a lazy one begins
  world.process.read();
  await clock.advance(1_000);
  same(world.process.read(), world.wanted, 'served after a restart');
  await checkLedgers(world);
  checkStep(world);
}

/** Whatever operators do, from before the cache was read on, is what they were told, and survives restarts. */
export async function checkOperators(world: OrdealWorld): Promise<void> {
  const { clock, cache, terms } = world;
  cache.mood = 'is slow';
  world.healing = false;
  for (const shift of [...terms.shifts, []]) {
    /* oxlint-disable no-await-in-loop -- one after the other */
    await world.restart(1_000);
    world.process.read();
    for (const { call, waitsMs } of shift) {
      call.run(world.process);
      if (waitsMs > 0) await clock.advance(waitsMs);
    }
    await clock.advance(SETTLED_MS);
    await checkLedgers(world);
    checkStep(world);
    /* oxlint-enable no-await-in-loop */
  }
  world.healing = true;
  cache.mood = 'works';
}

/** What was exported once is what both configs are after an import, and after a restart. */
export async function checkImport(world: OrdealWorld): Promise<void> {
  const { clock, exported } = world;
  if (exported === undefined) return;
  await importState(world.process);
  const imported = await world.process.manager.exportState();
  same(told(imported, clock.now()), told(exported, clock.now()), 'imported');
  await checkLedgers(world);
  await world.restart(1_000);
  world.process.read();
  await clock.advance(1_000);
  const restarted = await world.process.manager.exportState();
  same(kept(restarted, clock.now()), kept(exported, clock.now()), 'imported before a restart');
  await checkLedgers(world);
  checkStep(world);
}

/** What an import is to bring; names may be taken. */
function told({ configs }: StateDocument, now: number) {
  return Object.entries(configs).map(([name, { sources, overrides, pin }]) => ({
    name,
    sources,
    overrides: overrides
      .filter(({ expiresAt = Infinity }) => expiresAt > now)
      .map(({ id: _id, ...rest }) => rest),
    pin,
  }));
}

/** What of it a restart is to keep. */
function kept(state: StateDocument, now: number) {
  return told(state, now).map(({ overrides, pin, ...rest }) => ({
    ...rest,
    overrides: overrides.filter(({ persist }) => persist),
    pin: pin?.kind,
  }));
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
