import { createConfigManager, LoadError } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { manualClock, mockLoader, seededRandom } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { HoldfastFleet } from './holdfast.ts';
import { type Answer, RETRY_AFTER_MS, type Scenario, simulate } from './simulate.ts';

const CLIENTS = 200;
const MINUTE_MS = 60_000;
const MINUTES = 20;
/** Timers round up to a millisecond, and every poll of a client is due after the one before. */
const TIMER_MS = 40;

/** Two good minutes, an outage, two good minutes, and an origin that is busy. */
function answerAt(now: number): Answer {
  const minute = now / MINUTE_MS;
  if (minute >= 4 && minute < 10) return 'down';
  return minute >= 13 && minute < 15 ? 'busy' : 'fine';
}

const busy = new LoadError('503', { status: 503, retryAfterMs: RETRY_AFTER_MS });

/** When real configs, each with a manager of its own, are asked for: by client, in milliseconds. */
async function realPolls(caches: 'cold' | 'warm'): Promise<readonly (readonly number[])[]> {
  const clock = manualClock();
  const members = Array.from({ length: CLIENTS }, (_, client) => ({
    client,
    loader: mockLoader({ value: { n: 1 }, origin: 'http://config.test:80' }),
    cache: memoryCache({ clock }),
  }));
  const begin = () =>
    members.map(({ client, loader, cache }) => {
      const chance = seededRandom(client);
      const manager = createConfigManager({ clock, random: chance, cache });
      manager.register('app', { loader });
      return manager;
    });
  if (caches === 'warm') {
    const before = begin();
    await clock.advance(1);
    await Promise.all(before.map((manager) => manager.close()));
    await clock.advance(30_000);
  }
  const start = clock.now();
  const managers = begin();
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const answer = answerAt(minute * MINUTE_MS);
    for (const { loader } of members) {
      if (answer === 'fine') loader.heal();
      else loader.fail(Infinity, answer === 'busy' ? busy : undefined);
    }
    await clock.advance(MINUTE_MS);
  }
  await Promise.all(managers.map((manager) => manager.close()));
  return members.map(({ loader }) =>
    loader.asked.map(({ at }) => at - start).filter((at) => at >= 0),
  );
}

/** When simulated clients ask. */
function simulatedPolls(caches: 'cold' | 'warm'): readonly (readonly number[])[] {
  const polls = Array.from({ length: CLIENTS }, (): number[] => []);
  const chances = polls.map((_, client) => seededRandom(client));
  const fleet = new HoldfastFleet({
    clients: CLIENTS,
    random: (client) => chances[client]!,
    ...(caches === 'warm' && { cachedAgeMs: () => 30_000 }),
  });
  const scenario: Scenario = {
    clients: CLIENTS,
    minutes: MINUTES,
    startsAt: () => 0,
    answer(now, _before, client) {
      polls[client]!.push(now);
      return answerAt(now);
    },
  };
  simulate(fleet, scenario);
  return polls;
}

test.each(['cold', 'warm'] as const)(
  'HoldfastFleet asks when real configs with the same chance ask, through outage and overload, with %s caches',
  async (caches) => {
    const real = await realPolls(caches);
    const simulated = simulatedPolls(caches);
    expect(simulated.flat().length).toBeGreaterThan(CLIENTS * 8);
    for (const [client, polls] of real.entries()) {
      const apart = polls.map((at, nth) => Math.abs(at - simulated[client]![nth]!));
      expect(simulated[client]!.length, `polls of client ${client}`).toBe(polls.length);
      expect(Math.max(...apart), `client ${client}`).toBeLessThan(TIMER_MS);
    }
  },
  60_000,
);
