import type { Scenario } from './simulate.ts';

/** All of a fleet starts within so long. */
const DEPLOY_MS = 3_000;
const MINUTE_MS = 60_000;
/** Requests a second that the busy origin of `overload` can answer, beside those of its clients at first. */
const HEADROOM = 1.25;

/** The minutes of `outage`. */
export const OUTAGE = { from: 10, to: 15, end: 25 } as const;
/** The minutes of `overload`. */
export const OVERLOAD = { from: 10, to: 15, end: 25 } as const;

/** Ten good minutes, five in which no connection comes about, ten good ones. */
export function outage(clients: number, random: () => number): Scenario {
  return {
    clients,
    minutes: OUTAGE.end,
    startsAt: () => random() * DEPLOY_MS,
    answer: (now) =>
      now >= OUTAGE.from * MINUTE_MS && now < OUTAGE.to * MINUTE_MS ? 'down' : 'fine',
  };
}

/**
 * Half of the clients run; then as many again start within a minute, and the origin, which has room for a quarter more
 * than it had, refuses what is too much in each second; after five minutes there is room for all.
 *
 * @param normal Requests a second of half of the clients when all is well.
 */
export function overload(clients: number, normal: number, random: () => number): Scenario {
  const capacity = HEADROOM * normal;
  return {
    clients,
    minutes: OVERLOAD.end,
    startsAt(client) {
      const from = client % 2 === 0 ? 0 : OVERLOAD.from * MINUTE_MS;
      return from + random() * MINUTE_MS;
    },
    answer(now, before) {
      const isSmall = now < OVERLOAD.to * MINUTE_MS;
      return isSmall && before >= capacity ? 'busy' : 'fine';
    },
  };
}
