import type { Line, LineChart } from '../harness/chart.ts';
import { meanOf, playOutage, playOverload } from './figures.ts';
import { cold, type FleetKind, rivals, warm } from './fleets.ts';
import { OUTAGE, OVERLOAD } from './scenarios.ts';
import type { Load } from './simulate.ts';

const CLIENTS = 100_000;
/** Below is as good as nothing; a logarithmic axis has no nothing. */
const LEAST = 0.1;
const Y = { name: 'requests a second ÷ mean', min: LEAST, max: 50, log: true } as const;
const OTHERS = 'Ours beside clients without jitter, with ±10 %, and with classic backoff.';

/** What an origin saw of one fleet, by kind of trouble. */
interface Played {
  readonly name: string;
  readonly outage: Load;
  readonly overload: Load;
  readonly mean: number;
}

/** The charts of the fleet, by name of the file. */
export function fleetCharts(): ReadonlyMap<string, LineChart> {
  const fleets = [cold, ...rivals].map(played);
  const restarted = [warm, ...rivals].map(played);
  return new Map([
    [
      'deploy',
      {
        title: 'Deploy: all start within three seconds, with warm disk caches',
        description: `A deploy of ${CLIENTS} clients. ${OTHERS}`,
        x: minutes(0, 5),
        y: Y,
        lines: restarted.map((each) => line(each, each.outage, [0, 5], 2)),
      },
    ],
    [
      'steady',
      {
        title: 'Good minutes, after a start of all within three seconds, without caches',
        description: `The load from the fifth to the tenth minute. ${OTHERS}`,
        x: minutes(5, 10),
        y: Y,
        lines: fleets.map((each) => line(each, each.outage, [5, 10], 2)),
      },
    ],
    [
      'outage',
      {
        title: 'Five minutes of outage, and the time after it',
        description: `An outage from minute ${OUTAGE.from} to ${OUTAGE.to}. ${OTHERS}`,
        x: minutes(8, 20),
        y: Y,
        lines: fleets.map((each) => line(each, each.outage, [8, 20], 4)),
        shaded: [{ name: 'outage', from: OUTAGE.from, to: OUTAGE.to }],
      },
    ],
    [
      'overload',
      {
        title: 'Twice the clients for an origin that answers what is too much 503',
        description: `Half of the clients start at minute ${OVERLOAD.from}; from minute ${OVERLOAD.to} on there is room for all. ${OTHERS}`,
        x: minutes(8, 20),
        y: Y,
        lines: fleets.map((each) => line(each, each.overload, [8, 20], 4)),
        shaded: [{ name: 'too small', from: OVERLOAD.from, to: OVERLOAD.to }],
      },
    ],
  ]);
}

function minutes(min: number, max: number): LineChart['x'] {
  return { name: 'minutes', min, max };
}

function played(kind: FleetKind): Played {
  const outage = playOutage(kind, CLIENTS);
  const mean = meanOf(outage.asked, 5, OUTAGE.from);
  return { name: kind.name, outage, mean, overload: playOverload(kind, CLIENTS, mean) };
}

/** The busiest second of every few. */
function line(
  { name, mean }: Played,
  { asked }: Load,
  [from, to]: readonly [number, number],
  everySeconds: number,
): Line {
  const points: (readonly [number, number])[] = [];
  for (let second = from * 60; second < to * 60; second += everySeconds) {
    const busiest = Math.max(...asked.subarray(second, second + everySeconds));
    points.push([second / 60, Math.max(LEAST, busiest / mean)]);
  }
  return { name, points };
}
