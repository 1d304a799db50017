import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The part of the suite that asks nothing of Node: core, and what loaders and testing have for any platform. */
export const PORTABLE = {
  include: [
    'packages/core/src/**/*.test.ts',
    'packages/loaders/src/{static,function,hashed,hedged,mapped,section.contract}*.test.ts',
    'packages/loaders/src/{webhook,verified,verified.engine,jws,http-signatures}.test.ts',
    'packages/loaders/src/{webhook/signature,verified/algorithm}.test.ts',
    'packages/loaders/src/{local-storage,indexed-db}*.test.ts',
    'packages/testing/src/contracts/*.test.ts',
    'packages/testing/src/{mock-loader,seeded-random}.test.ts',
  ],
  exclude: ['**/node_modules/**'],
  // a page or an isolate for each file takes longer than the tests in it
  isolate: false,
  // other engines are slower at what V8 of Node does in no time
  testTimeout: 20_000,
};

const packages = fileURLToPath(new URL('../../packages', import.meta.url));

/** Tests that import a module of Node themselves or through a fixture, and those that mock modules: no browser has either. */
export function askingForNode() {
  return readdirSync(packages).flatMap((name) =>
    // within src: the links of node_modules go round in circles
    readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.test.ts') && asks(join(packages, name, 'src', path)))
      .map((path) => `packages/${name}/src/${path}`),
  );
}

function asks(path) {
  const source = readFileSync(path, 'utf8');
  if (/from 'node:|vi\.(?:mock|doMock|resetModules)\(/.test(source)) return true;
  return [...source.matchAll(/from '(\.[^']+\.fixture\.ts)'/g)].some(([, fixture]) =>
    asks(join(dirname(path), fixture)),
  );
}
