import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CORE_LAYERS } from './layers.ts';
import { publishedPackages, root, sourceFiles } from './workspace.ts';

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

/** Whose options an interface has, as the table says it. */
const OWNERS: Readonly<Record<string, string>> = {
  ManagerOptions: 'createConfigManager',
  BreakerOptions: 'createConfigManager',
  CommonConfigOptions: 'register',
  SourceOptions: 'register',
  UpdateOptions: 'register',
  PollingOptions: 'polling',
  BackoffOptions: 'polling',
  Limits: 'limits',
  ReadyOptions: 'ready()',
  RefreshOptions: 'refresh()',
  SubscribeOptions: 'onChange()',
  MemoryCacheOptions: 'memoryCache',
  CommonOptions: 'httpLoader, fetchLoader',
  HttpLoaderOptions: 'httpLoader',
  FetchLoaderOptions: 'fetchLoader',
  FunctionLoaderOptions: 'functionLoader',
  StaticLoaderOptions: 'staticLoader',
  FileCacheOptions: 'fileCache',
  LocalStorageCacheOptions: 'localStorageCache',
  IndexedDbCacheOptions: 'indexedDbCache',
};

/** For those who write clocks and loaders, not for those who set up an application. */
const NOT_IN_TABLE: ReadonlySet<string> = new Set(['TimerOptions', 'LoadErrorOptions']);

const INTERFACE = /export interface (\w+)[^{]*\{\n([^]*?)\n\}/g;
const MEMBER = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*readonly (\w+)/g;

/** `owner: option = default` of every option in a source that documents one. */
function documentedDefaults(source: string): string[] {
  const isShown = (name: string): boolean =>
    name in OWNERS || (name.endsWith('Options') && !NOT_IN_TABLE.has(name));
  return [...source.matchAll(INTERFACE)].flatMap(([, name, members]) =>
    [...members!.matchAll(MEMBER)].flatMap(([, comment, option]) => {
      const value = /@default \{(.+)\}/.exec(comment!)?.[1];
      if (value === undefined || !isShown(name!)) return [];
      return [`${OWNERS[name!] ?? name}: ${option} = ${value.replaceAll('`', '')}`];
    }),
  );
}

describe('docs/defaults.md', () => {
  test('has every default of core and loaders, and no others', () => {
    const table = read('docs/defaults.md').matchAll(/^\| `(.+?)` +\| `(.+?)` +\| (.+?) +\|/gm);
    const shown = [...table].map(
      ([, owner, option, value]) =>
        `${owner}: ${option!.split('.').at(-1)} = ${value!.replaceAll('`', '')}`,
    );
    const documented = ['core', 'loaders'].flatMap((folder) => {
      const src = join('packages', folder, 'src');
      return sourceFiles(join(root, src)).flatMap((file) =>
        documentedDefaults(read(join(src, file))),
      );
    });
    expect(documented.length).toBeGreaterThan(30);
    expect(shown.toSorted()).toEqual(documented.toSorted());
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
