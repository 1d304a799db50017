import { expect, test } from 'vitest';
import { samplesOf } from './sample-blocks.ts';

const page = (...lines: string[]): string => lines.join('\n');

test('samplesOf() gives each block as a program, its code on the lines of the page', () => {
  const text = page(
    '# A',
    '```ts',
    'a();',
    '```',
    '```sh',
    'b',
    '```',
    '```ts no-run',
    'c();',
    '```',
  );
  expect(samplesOf(text)).toEqual([
    { line: 2, runs: true, code: '\n\na();\n' },
    { line: 8, runs: false, code: `${'\n'.repeat(8)}c();\n` },
  ]);
});

test('samplesOf() appends what continues, also to and from a comment that readers do not see', () => {
  const text = page(
    '<!-- ts',
    'a();',
    '-->',
    '```ts continues',
    'b();',
    '```',
    '<!-- ts continues',
    'c();',
    '-->',
  );
  expect(samplesOf(text)).toEqual([{ line: 1, runs: true, code: '\na();\n\n\nb();\n\n\nc();\n' }]);
});

test('samplesOf() does not run a program of which one block says so', () => {
  const [sample] = samplesOf(page('```ts', 'a();', '```', '```ts continues no-run', 'b();', '```'));
  expect(sample?.runs).toBe(false);
});

test.each([
  ['```typescript', 'line 1: a block opens with ts'],
  ['```js', 'line 1: a block opens with ts'],
  ['```ts norun', 'line 1: a block opens with ts'],
  ['```ts continues', 'line 1: no block before it to continue'],
])('samplesOf() refuses %s', (opening, message) => {
  expect(() => samplesOf(page(opening, 'a();', '```'))).toThrow(message);
});

test('samplesOf() refuses a block that is not closed', () => {
  expect(() => samplesOf(page('```ts', 'a();'))).toThrow('line 1: the block is not closed');
});
