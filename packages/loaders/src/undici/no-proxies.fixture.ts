import { afterEach, beforeEach, vi } from 'vitest';

/** Everything in the environment that says where proxies are. */
const VARIABLES = [
  'http_proxy',
  'HTTP_PROXY',
  'https_proxy',
  'HTTPS_PROXY',
  'no_proxy',
  'NO_PROXY',
];

/** Takes them out of the environment for each test of a file, and puts them back. */
export function withoutProxies(): void {
  beforeEach(() => {
    for (const name of VARIABLES) vi.stubEnv(name, undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
}
