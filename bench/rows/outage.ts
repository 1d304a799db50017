import { createConfigManager } from '@holdfast/core';
import { preload } from '@holdfast/core/preload';
import { manualClock, mockLoader, seededRandom } from '@holdfast/testing';
import type { Row } from '../harness/row.ts';

const HOUR_MS = 3_600_000;
const CONFIGS = 20;
const SEEDS = 10;

/** Requests in an hour in which the one origin of all configs is up or down; the configs poll every minute. */
async function requests(seed: number, origin: 'up' | 'down', breaker: boolean): Promise<number> {
  const clock = manualClock({ preload: [preload] });
  const manager = createConfigManager({
    clock,
    random: seededRandom(seed),
    ...(breaker ? {} : { breaker: false }),
  });
  const loaders = Array.from({ length: CONFIGS }, (_, i) =>
    mockLoader({ name: `mock ${i}`, origin: 'http://config.test:80', value: { i } }),
  );
  const polling = { intervalMs: 60_000, strategy: 'fixed' } as const;
  for (const [i, loader] of loaders.entries()) manager.register(`c${i}`, { loader, polling });
  await clock.advance(120_000);
  const count = (): number => loaders.reduce((sum, { loads }) => sum + loads, 0);
  const before = count();
  if (origin === 'down') for (const loader of loaders) loader.fail(Infinity);
  await clock.advance(HOUR_MS);
  const made = count() - before;
  await manager.close();
  return made;
}

async function mean(origin: 'up' | 'down', breaker: boolean): Promise<number> {
  let sum = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) sum += await requests(seed, origin, breaker);
  return sum / SEEDS;
}

async function run(): ReturnType<Row['run']> {
  const normal = await mean('up', true);
  const alone = await mean('down', false);
  const together = await mean('down', true);
  return {
    figures: [
      {
        id: 'outage',
        value: together / normal,
        target: 1,
        unit: '× the requests of an hour in which all is well',
        detail: `${CONFIGS} configs of one origin, every minute, mean of ${SEEDS} seeds: ${together} with the breaker`,
      },
    ],
    peers: [
      { name: 'all is well', value: 1, limit: true, detail: `${normal} requests an hour` },
      {
        name: 'down, no breaker',
        value: alone / normal,
        limit: true,
        detail: `${alone} requests an hour`,
      },
    ],
  };
}

/** What an origin that is down is asked. */
export const row: Row = {
  title: 'an hour of outage',
  why: `Configs of one origin share a breaker: while it is down, one of them asks, and the others wait to hear of it. Without a breaker each
would ask by itself, at waits that grow with every failure.`,
  run,
};
