import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CORE_LAYERS } from './layers.ts';
import { root } from './workspace.ts';

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

/** Where options with defaults are declared, and whose they are in the table. */
const OPTIONS: readonly (readonly [file: string, of: readonly string[]])[] = [
  ['core/src/options/manager.ts', ['createConfigManager']],
  ['core/src/options/config.ts', ['register']],
  ['core/src/options/polling.ts', ['polling']],
  ['core/src/ports/limits.ts', ['limits']],
  ['core/src/handle.ts', ['ready()', 'refresh()']],
  ['core/src/view.ts', ['onChange()']],
  ['core/src/memory-cache.ts', ['memoryCache']],
  ['loaders/src/http/options.ts', ['httpLoader']],
  ['loaders/src/function.ts', ['functionLoader']],
  ['loaders/src/static.ts', ['staticLoader']],
  ['loaders/src/file-cache.ts', ['fileCache']],
];

/** `option = default` of every option of a source that documents one. */
function documentedDefaults(source: string): string[] {
  const comments = source.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s*readonly (\w+)/g);
  return [...comments].flatMap(([, comment, option]) => {
    const value = /@default \{(.+)\}/.exec(comment!)?.[1];
    return value === undefined ? [] : [`${option!} = ${value.replaceAll('`', '')}`];
  });
}

describe('docs/defaults.md', () => {
  const rows = [...read('docs/defaults.md').matchAll(/^\| `(.+?)` +\| `(.+?)` +\| (.+?) +\|/gm)];

  test.each(OPTIONS)('has the defaults of %s, and no others', (file, of) => {
    const shown = rows
      .filter(([, owner]) => of.includes(owner!))
      .map(([, , option, value]) => `${option!.split('.').at(-1)} = ${value!.replaceAll('`', '')}`);
    expect(shown.toSorted()).toEqual(documentedDefaults(read(`packages/${file}`)).toSorted());
  });

  test('has rows of these alone', () => {
    const owners = new Set(OPTIONS.flatMap(([, of]) => of));
    expect(rows.filter(([, owner]) => !owners.has(owner!))).toEqual([]);
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
