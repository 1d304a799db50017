import { expect, test } from 'vitest';
import { titleOf } from './title.ts';

test.each([
  ['conf', 'https://config.test:443', 'conf (config.test:443)'],
  ['http config.test:443/app.json', 'https://config.test:443', 'http config.test:443/app.json'],
  ['conf', undefined, 'conf'],
  ['conf', 'no address', 'conf'],
])('titleOf() of %s at %s', (name, origin, title) => {
  expect(titleOf({ name, key: 'k', origin, load: () => Promise.reject(new Error()) })).toBe(title);
});
