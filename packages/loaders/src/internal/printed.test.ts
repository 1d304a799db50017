import { inspect } from 'node:util';
import type { Loader } from '@holdfast/core';
import { fetchLoader } from '@holdfast/loaders/fetch';
import { firstOf } from '@holdfast/loaders/first-of';
import { hashed } from '@holdfast/loaders/hashed';
import { hedged } from '@holdfast/loaders/hedged';
import { httpLoader } from '@holdfast/loaders/http';
import { mapped } from '@holdfast/loaders/mapped';
import { longPolling } from '@holdfast/loaders/long-poll';
import { expect, test } from 'vitest';

const SECRET = 'hunter2-hunter2';
const url = `http://127.0.0.1/app.json?tenant=a&key=${SECRET}`;

const loaders: Record<string, (loader: Loader) => Loader> = {
  itself: (loader) => loader,
  'a copy of it': (loader) => ({ ...loader }),
  'hashed()': (loader) => hashed(loader),
  'mapped()': (loader) => mapped(loader, (value) => value),
  'longPolling()': (loader) => longPolling(loader, { url }),
  'firstOf()': (loader) => firstOf([loader, loader]),
  'hedged() of hashed()': (loader) => hedged([hashed(loader), loader]),
  'firstOf() of hedged()': (loader) => firstOf([hedged([loader, loader]), loader]),
};

test.each(Object.entries(loaders))('%s is printed without the query of its URL', (_, around) => {
  for (const loader of [httpLoader({ url }), fetchLoader({ url })].map(around)) {
    const options = { depth: Infinity, showHidden: true, getters: true };
    const texts = [inspect(loader), inspect([loader], options), JSON.stringify({ loader })];
    for (const text of texts) {
      expect(text).not.toContain(SECRET);
      expect(text).toContain('http://127.0.0.1/app.json?…');
    }
    // whoever asks by name gets it: it selects the document
    expect(loader.key).toContain(SECRET);
  }
});

test('a loader is printed with all else that it has', () => {
  const loader = httpLoader({ url: 'http://127.0.0.1/app.json', proxyFromEnvironment: false });
  const shown = { name: loader.name, key: loader.key, origin: loader.origin, warnings: [] };
  expect(JSON.parse(JSON.stringify(loader))).toEqual(shown);
  expect(inspect(loader)).toMatch(/^\{\n? +name: .*load: \[Function: load\]/s);
});
