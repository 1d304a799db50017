import { fetchLoader } from '@holdfast/loaders/fetch';
import { httpLoader } from '@holdfast/loaders/http';
import type { HttpLoaderOptions } from '@holdfast/loaders/http';
import type { Loader } from '@holdfast/core';
import { type Trial, type TrialOptions, trial } from './always.fixture.ts';

/** Planted in every place where a credential can be: found anywhere, it was told. */
export const SECRET = 'pl4nted-s3cret';

/** As it goes over the wire in `Authorization`. */
export const BASIC: string = Buffer.from(`user:${SECRET}`).toString('base64');

/** Options that both HTTP loaders have. */
type CommonOptions = Pick<HttpLoaderOptions, 'url' | 'name' | 'headers'>;

/** The loaders that a row holds for, whatever they send their requests with. */
export const LOADERS: readonly [name: string, make: (options: CommonOptions) => Loader][] = [
  ['httpLoader', (options) => httpLoader({ ...options, proxyFromEnvironment: false })],
  ['fetchLoader', fetchLoader],
];

/** One of {@link LOADERS}. */
export type MakeLoader = (typeof LOADERS)[number][1];

/** The one of this name. */
export const byName = (wanted: string): MakeLoader => LOADERS.find(([name]) => name === wanted)![1];

/** `httpLoader`, for rows about what only it can do. */
export const viaHttp =
  (options: Partial<HttpLoaderOptions> = {}): MakeLoader =>
  (common) =>
    httpLoader({ proxyFromEnvironment: false, ...common, ...options });

/** A URL with credentials wherever a URL can have them. */
export function secretUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//user:${SECRET}@${host}${pathname}?token=${SECRET}`;
}

/** A config of the document at `url`, read with secrets that nobody may be told. */
export function overHttp<T = unknown>(
  make: MakeLoader,
  url: string,
  options: Omit<TrialOptions<T>, 'loader'> = {},
): Trial<T> {
  // a name of its own, so that a message names host and port only where it does so itself
  const loader = make({ url: secretUrl(url), name: 'conf', headers: { 'x-api-key': SECRET } });
  return trial<T>({ loader, secrets: [SECRET, BASIC], ...options });
}

/** As `overHttp`, with `{ n: 1 }` in force: what the origin serves first. */
export async function inForce<T = { readonly n: number }>(
  make: MakeLoader,
  url: string,
  options: Omit<TrialOptions<T>, 'loader'> = {},
): Promise<Trial<T>> {
  const app = overHttp<T>(make, url, options);
  await app.holds({ n: 1 });
  return app;
}

/** The value of a field in the head of a request, byte for byte; undefined where it is not there. */
export function fieldIn(head: string, name: string): string | undefined {
  const line = head.split('\r\n').find((each) => each.toLowerCase().startsWith(`${name}: `));
  return line?.slice(name.length + 2);
}

/** The entity tag that a request asked with. */
export const askedWith = (head: string): string | undefined => fieldIn(head, 'if-none-match');
