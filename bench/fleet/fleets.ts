import { seededRandom } from '@holdfast/testing';
import { HoldfastFleet } from './holdfast.ts';
import { RivalFleet, RIVALS } from './rivals.ts';
import type { Schedule } from './simulate.ts';

/** The name under which ours is printed and drawn. */
const OURS = 'Holdfast';

/** Between the stop of a process and its start. */
const DOWNTIME_MS = 5_000;
/** What ours waits between two polls, on average, as long as nothing changes. */
const USUAL_WAIT_MS = 90_000;

/** A fleet that is still to be made, of so many clients. */
export interface FleetKind {
  readonly name: string;
  make(clients: number, random: () => number): Schedule;
}

/** Ours with nothing on disk. */
export const cold: FleetKind = {
  name: OURS,
  make: (clients, random) => new HoldfastFleet({ clients, random: () => random }),
};

/** Ours with the caches that a fleet leaves which ran until a moment ago: each client was somewhere between two polls. */
export const warm: FleetKind = {
  name: OURS,
  make: (clients, random) =>
    new HoldfastFleet({
      clients,
      random: () => random,
      cachedAgeMs: () => DOWNTIME_MS + random() * USUAL_WAIT_MS,
    }),
};

/** The others. */
export const rivals: readonly FleetKind[] = RIVALS.map((rival) => ({
  name: rival.name,
  make: (clients, random) => new RivalFleet(rival, clients, random),
}));

/** Chance of a run: the same each time. */
export function chanceOf(kind: FleetKind): () => number {
  return seededRandom(kind.name.length);
}
