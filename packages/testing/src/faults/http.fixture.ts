import { httpLoader } from '@holdfast/loaders/http';
import type { HttpLoaderOptions } from '@holdfast/loaders/http';
import type { Loader } from '@holdfast/core';
import { type Trial, type TrialOptions, trial } from './always.fixture.ts';

/** Planted in every place where a credential can be: found anywhere, it was told. */
export const SECRET = 'pl4nted-s3cret';

/** As it goes over the wire in `Authorization`. */
const BASIC = Buffer.from(`user:${SECRET}`).toString('base64');

/** Options that both HTTP loaders have. */
type CommonOptions = Pick<HttpLoaderOptions, 'url' | 'name' | 'headers'>;

/** The loaders that a row holds for, whatever they send their requests with. */
export const LOADERS: readonly [name: string, make: (options: CommonOptions) => Loader][] = [
  ['httpLoader', (options) => httpLoader({ ...options, proxyFromEnvironment: false })],
];

/** One of {@link LOADERS}. */
export type MakeLoader = (typeof LOADERS)[number][1];

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
  const loader = make({ url: secretUrl(url), headers: { 'x-api-key': SECRET } });
  return trial<T>({ loader, secrets: [SECRET, BASIC], ...options });
}
