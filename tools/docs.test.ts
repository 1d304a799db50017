import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CORE_LAYERS } from './layers.ts';
import { publishedPackages, root } from './workspace.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1]!);

describe('docs/errors.md', () => {
  const codes = matches(
    /export type ErrorCode =([^;]+);/.exec(read('packages/core/src/errors.ts'))![1]!,
    /'(\w+)'/g,
  );
  const page = read('docs/errors.md');

  test('finds the codes', () => expect(codes).toContain('LOAD_FAILED'));

  test('has a section for every ErrorCode, in their order', () => {
    expect(matches(page, /^## `(\w+)`$/gm)).toEqual(codes);
  });

  test('says of every ErrorCode where it is met', () => {
    expect(matches(page, /^\| `([A-Z_]+)`/gm)).toEqual(codes);
  });

  test.each(codes)('says what to do about %s', (code) => {
    const section = page.split(/^## /m).find((text) => text.startsWith(`\`${code}\``));
    expect(section).toMatch(/^\*\*Do:\*\* \S/m);
  });
});

describe('ARCHITECTURE.md', () => {
  const page = read('ARCHITECTURE.md');

  test.each(CORE_LAYERS)('knows the layer of %s', (...layer) => {
    const unknown = layer.filter((name) => !page.includes(`\`${name.replace('.ts', '')}\``));
    expect(unknown).toEqual([]);
  });

  test('fits in 120 lines', () => expect(page.split('\n').length).toBeLessThanOrEqual(121));
});

describe('README.md', () => {
  const page = read('README.md');
  const exported = publishedPackages().flatMap(({ manifest, entries }) =>
    [...entries.keys()].map((subpath) => `${manifest.name}${subpath.slice(1)}`),
  );

  test('finds the entries', () => expect(exported).toContain('@holdfast/loaders/http'));

  test.each(exported)('names the entry %s', (entry) => {
    expect(page.includes(`\`${entry}\``)).toBe(true);
  });
});

describe('links', () => {
  const pages = [
    ...readdirSync(root).filter((name) => name.endsWith('.md')),
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
    ...publishedPackages().map(({ folder }) => join('packages', folder, 'README.md')),
  ];

  test.each(pages)('of %s lead to what is there', (page) => {
    const targets = matches(read(page), /\]\(([^)#\s]+)/g).filter((to) => !to.includes('://'));
    const dead = targets.filter((to) => !existsSync(join(root, dirname(page), to)));
    expect(dead).toEqual([]);
  });

  test('are found', () => expect(read('README.md')).toMatch(/\]\(docs\/adr\)/));
});
