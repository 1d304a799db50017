import type { RecordKeeper } from '../cycle/persist.ts';
import { Delay } from '../schedule/timers.ts';
import { isRecent } from '../state/health.ts';
import type { SourceOwner } from './owner.ts';
import type { Source } from './source.ts';

/** A cache that does not answer must not keep the first poll waiting. */
const PATIENCE_MS = 1_000;

/**
 * Takes the cached document of a source, and begins to poll: at once, or, where the document was confirmed within the
 * interval, at a random phase, so that the deploy of a thousand processes is no stampede. Never rejects.
 */
export async function startFromCache(
  owner: SourceOwner,
  source: Source,
  keeper: RecordKeeper,
): Promise<void> {
  const { clock, random, scheduler } = owner.context;
  const impatient = new Delay(scheduler, () => source.start(0)).start(
    clock.monotonic() + PATIENCE_MS,
  );
  for (const { loaded, confirmedAt } of await keeper.read()) {
    const proposal = { kind: 'loaded', source: source.index, trigger: 'cache', loaded } as const;
    const outcome = await owner.propose(proposal, (decision) => {
      // a record from the future says nothing about its age
      const ageMs = clock.now() - confirmedAt;
      if (decision.outcome.kind !== 'accepted' || ageMs < 0) return;
      source.health = { ...source.health, confirmedAt: clock.monotonic() - ageMs };
    });
    if (outcome.kind === 'accepted') break;
  }
  const inTime = impatient.slot >= 0;
  impatient.cancel();
  if (!inTime || owner.closed) return;
  const { intervalMs } = source.policy.polling;
  const recent = isRecent(source.health, clock.monotonic(), intervalMs);
  source.start(recent ? random() * intervalMs : 0);
  owner.healthChanged();
}
