import type { Config } from './config.ts';
import type { RecordKeeper } from './cycle/persist.ts';
import type { Source } from './polling/source.ts';
import { Delay } from './schedule/timers.ts';

/** A cache that does not answer must not keep the first poll waiting. */
const PATIENCE_MS = 1_000;

/**
 * Takes the cached document of a source, and begins to poll: at once, or, where the document was confirmed within the
 * interval, at a random phase, so that the deploy of a thousand processes is no stampede. Never rejects.
 */
export async function startFromCache(
  config: Config,
  source: Source,
  keeper: RecordKeeper,
): Promise<void> {
  const { clock, random, scheduler } = config.context;
  const impatient = new Delay(scheduler, () => source.start(0)).start(
    clock.monotonic() + PATIENCE_MS,
  );
  for (const { loaded, confirmedAt } of await keeper.read()) {
    const proposal = { kind: 'loaded', source: source.index, trigger: 'cache', loaded } as const;
    const outcome = await config.propose(proposal, (decision) => {
      if (decision.outcome.kind === 'accepted') source.restored(confirmedAt);
    });
    if (outcome.kind === 'accepted') break;
  }
  const inTime = impatient.slot >= 0;
  impatient.cancel();
  if (!inTime || config.closed) return;
  source.start(source.recent ? random() * source.policy.polling.intervalMs : 0);
  config.healthChanged();
}
