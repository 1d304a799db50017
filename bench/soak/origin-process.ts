// The origin of a soak in a process of its own: it tells its parent where it is, and ends with it.
import { seededRandom } from '@holdfast/testing';
import { soakOrigin } from './origin.ts';

/** What the process tells. */
export interface OriginPlaces {
  readonly urls: readonly string[];
  readonly eventsUrl: string;
}

process.once('disconnect', () => process.exit(0));
const origin = await soakOrigin(Number(process.argv[2]), seededRandom(Number(process.argv[3])));
const places: OriginPlaces = {
  urls: origin.paths.map((path) => origin.url(path)),
  eventsUrl: origin.eventsUrl,
};
process.send!(places);
