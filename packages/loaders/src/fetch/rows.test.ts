import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

test('docs/fetch-loader.md has a row for each limit that is tested, and a test for each row', () => {
  const rows = [...read('../../../../docs/fetch-loader.md').matchAll(/^\| (F\d+) /gm)];
  const tests = ['limits.test.ts', 'limits.browser.test.ts', 'platform.test.ts'].map((file) =>
    read(file),
  );
  const named = [...tests.join('').matchAll(/'(F\d+) /g)];
  const ids = (found: readonly RegExpMatchArray[]): Set<string> =>
    new Set(found.map(([, id]) => id!));
  expect(ids(rows)).toEqual(ids(named));
  expect(rows.length).toBeGreaterThan(10);
});
