import { type FleetFigures, figuresOf, overloadOf } from '../fleet/figures.ts';
import { cold, rivals, warm } from '../fleet/fleets.ts';
import type { Figure, Peer, Row } from '../harness/row.ts';

const CLIENTS = 100_000;
const MANY = 1_000_000;

const times = (ratio: number): string => `${ratio.toFixed(2)}×`;

/** The figures of the table, of a fleet of so many clients. */
function figures(clients: number, suffix: string): Figure[] {
  const { deploy } = figuresOf(warm, clients);
  const found = figuresOf(cold, clients);
  const tooMuch = overloadOf(cold, clients, found.meanASecond);
  const peak = '× the mean, in the busiest second';
  const mean = `${found.meanASecond.toFixed(0)} requests a second of ${clients} clients`;
  return [
    {
      id: `fleet-steady${suffix}`,
      value: found.steady,
      target: 1.1,
      unit: peak,
      detail: `${mean}, from the second interval after a start of all within 3 s`,
    },
    {
      id: `fleet-deploy${suffix}`,
      value: deploy,
      target: 1.2,
      unit: peak,
      detail: `all start within 3 s, 5 s after they stopped, with disk caches; without: ${times(found.deploy)}`,
    },
    {
      id: `fleet-outage${suffix}`,
      value: found.outage,
      target: 1,
      unit: '× the requests of five good minutes',
      detail: `five minutes of outage; ${times(found.outagePeak)} in the busiest second`,
    },
    {
      id: `fleet-recovery${suffix}`,
      value: found.recovery,
      target: 1.5,
      unit: peak,
      detail: `in the two minutes after the outage; later at most ${times(found.later)}`,
    },
    {
      id: `fleet-overload${suffix}`,
      value: tooMuch.asked,
      target: 1,
      unit: '× the requests of good minutes',
      detail: `while an origin with room for 62 % answers the rest 503, with Retry-After: 30; it refuses ${(100 * tooMuch.refused).toFixed(0)} %; ${times(tooMuch.recovery)} in the busiest second after`,
    },
  ];
}

function peer(name: string, found: FleetFigures, tooMuch: ReturnType<typeof overloadOf>): Peer {
  const { steady, deploy, outage, outagePeak, recovery } = found;
  const detail = [
    `steady ${times(steady)}`,
    `deploy ${times(deploy)}`,
    `outage ${times(outage)}, peak ${times(outagePeak)}`,
    `recovery ${times(recovery)}`,
    `overload ${times(tooMuch.asked)}, ${(100 * tooMuch.refused).toFixed(0)} % refused`,
  ];
  return { name, detail: detail.join('; ') };
}

async function run(): ReturnType<Row['run']> {
  const peers = rivals.map((rival) => {
    const found = figuresOf(rival, CLIENTS);
    return peer(rival.name, found, overloadOf(rival, CLIENTS, found.meanASecond));
  });
  return { figures: [...figures(CLIENTS, ''), ...figures(MANY, '-1m')], peers };
}

/** What an origin sees of many clients: simulated, by the very functions that schedule polls. */
export const row: Row = {
  title: 'the load of a fleet, polls every 60 s, no options',
  why: `Each client begins at the phase of one that has always polled, so that the load is even from the first interval on; what is left above
the mean is the chance of independent clients. In an outage polls back off from the interval on, with full jitter: fewer requests than in good
minutes, and no wave afterwards. The rivals poll every 60 s and ours, by the default strategy, every 90: each is divided by its own mean.
A deploy without caches asks all at once, as every client must that has no value yet. The functions that are simulated are those that schedule
the polls of real configs; a test holds two hundred of them to the same times.`,
  run,
};
