import { expect, test } from 'vitest';
import { subjectOf, titleOf } from './title.ts';

test.each([
  ['conf', 'https://config.test:443', 'conf (config.test:443)'],
  ['http config.test:443/app.json', 'https://config.test:443', 'http config.test:443/app.json'],
  ['conf', undefined, 'conf'],
  ['conf', 'no address', 'conf'],
])('titleOf() of %s at %s', (name, origin, title) => {
  expect(titleOf({ name, key: 'k', origin, load: () => Promise.reject(new Error()) })).toBe(title);
});

test('subjectOf() names the one of several loaders that gave the document, who pushed it, and that it is cached', () => {
  const loader = { name: 'both', key: 'k', load: () => Promise.reject(new Error()) };
  expect(subjectOf(loader, {})).toBe('The document of both');
  expect(subjectOf(loader, { from: 'mirror b' })).toBe('The document of both (from mirror b)');
  expect(subjectOf(loader, { cached: true, from: 'mirror b' })).toBe(
    'The cached document of both (from mirror b)',
  );
  expect(subjectOf(loader, { pushedBy: 'ws c' })).toBe('The document that ws c pushed');
});
