import type { Scenery } from './answer.ts';
import { Chance } from './chance.ts';
import { type Recipe, recipeOf } from './mutation.ts';

/** The HTTP loaders under test. */
type LoaderName = 'http' | 'fetch';

/** One config, and what its origin answers, poll by poll, before all is well again. */
export interface FuzzCase {
  readonly number: number;
  readonly loader: LoaderName;
  readonly follow: boolean;
  /** Where the credential stands. */
  readonly credential: 'bearer' | 'user-info' | 'header';
  readonly recipes: readonly Recipe[];
}

/** The case of this number: the same whenever and wherever it is made. */
export function caseOf(seed: number, number: number): FuzzCase {
  const chance = new Chance(seed, number);
  return {
    number,
    loader: number % 2 === 0 ? 'http' : 'fetch',
    follow: chance.happens(0.3),
    credential: chance.pick(['bearer', 'user-info', 'header']),
    recipes: Array.from({ length: 1 + chance.int(6) }, () => recipeOf(chance)),
  };
}

/** Planted wherever a credential can be: found anywhere, it was told. */
export const SECRET = 'pl4nted-s3cret';

/** The same as it goes over the wire for user-info. */
export const BASIC: string = Buffer.from(`user:${SECRET}`).toString('base64');

/** Where the origin is, and a port where nobody may ask. */
interface Ports {
  readonly origin: number;
  readonly elsewhere: number;
}

/** Node's own fetch inflates the first read of `deflate` before anybody can refuse it (docs/fetch-loader.md, F2). */
const BOMBS: Readonly<Record<LoaderName, readonly string[]>> = {
  http: ['gzip', 'br', 'deflate', 'gzip, gzip'],
  fetch: ['gzip', 'br', 'gzip, gzip'],
};

/** What the answers of a case are made with. */
export function sceneryOf({ loader }: Pick<FuzzCase, 'loader'>, ports: Ports): Scenery {
  const other = `http://127.0.0.1:${ports.elsewhere}/`;
  return {
    locations: [
      '/app.json?hop',
      'hop',
      '',
      '?',
      '#',
      '.',
      '/\\x',
      `http://127.0.0.1:${ports.origin}/app.json?hop`,
      'http://',
      'ÿ',
      other,
      `//127.0.0.1:${ports.elsewhere}/`,
      `http://user@127.0.0.1:${ports.elsewhere}`,
      'file:///etc/hosts',
      'data:,{}',
    ],
    secrets: [SECRET, BASIC],
    bombs: BOMBS[loader],
  };
}
