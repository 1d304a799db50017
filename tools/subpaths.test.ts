import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { needsOf } from './subpath-needs.ts';
import { PAGES, type Row, rowOf, rowsIn, settled, withRows } from './subpath-table.ts';
import { publishedPackages, root } from './workspace.ts';

const loaders = publishedPackages().find(({ folder }) => folder === 'loaders')!;

/** The packages that an entry of loaders may load beside core. An entry that is not here needs none. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  './http': ['undici'],
  './publish': ['undici'],
  './sse': ['eventsource-parser', 'undici'],
  './websocket': ['undici'],
  './long-poll': ['undici'],
  './file': ['json5', 'smol-toml', 'yaml'],
  './jws': ['jose'],
  './http-signatures': ['structured-headers'],
};

describe('@holdfast/loaders', () => {
  test.each([...loaders.entries])(
    '%s loads what it needs, when it needs it',
    async (entry, file) => {
      const { atOnce, later } = await needsOf(join(loaders.path, file));
      expect(atOnce).toEqual([]);
      expect(later).toEqual(ALLOWED[entry] ?? []);
    },
  );

  test.each([...loaders.entries.keys()])('%s has a page of docs/ that names it', (entry) => {
    const page = readFileSync(join(root, 'docs', PAGES[entry] ?? 'none'), 'utf8');
    const names = [`@holdfast/loaders${entry.slice(1)}`, `\`${entry}\``];
    expect(names.some((name) => page.includes(name))).toBe(true);
  });

  test('has every entry that is allowed something', () => {
    expect([...loaders.entries.keys()]).toEqual(expect.arrayContaining(Object.keys(ALLOWED)));
  });
});

describe('needsOf()', () => {
  // where libraries are in reach
  const folder = mkdtempSync(join(root, 'node_modules/.subpaths-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const needs = (source: string) => {
    const file = join(folder, 'entry.ts');
    writeFileSync(file, source);
    return needsOf(file);
  };

  test('finds what is loaded at once, what later, and modules of Node', async () => {
    const found = await needs(
      `import 'node:fs'; import { x } from '@holdfast/core/json'; console.log(x);
       export const later = () => import('node:path');`,
    );
    expect(found).toMatchObject({ atOnce: [], later: [], node: true });
    expect((await needs('export const a = 1;')).node).toBe(false);
  });

  test.each([
    ['process', true, 'export const a = () => process.platform;'],
    ['Buffer', true, 'export const a = () => Buffer.from([]);'],
    ['a process of its own', false, 'export const a = (process: { id: 1 }) => process.id;'],
    ['one that is left out', false, 'const a = () => process.platform; export const b = 1;'],
  ])('counts what Node has without an import: %s', async (_, node, source) => {
    expect(await needs(source)).toMatchObject({ atOnce: [], later: [], node });
  });

  test('names packages without their paths', async () => {
    const found = await needs(
      `import 'undici/index.js'; export const later = () => import('zod');`,
    );
    expect(found).toMatchObject({ atOnce: ['undici'], later: ['zod'], node: true });
  });
});

describe('the table', () => {
  const needs = { atOnce: [], later: ['jose'], node: false, ownBytes: 1_234, allBytes: 20_000 };
  const row = rowOf('./jws', needs, new Set(['jose']));
  const page = withRows('# x\n\n<!-- subpaths -->\n\nold\n\n<!-- /subpaths -->\n\nmore\n', [row]);

  test('is written and read back', () => {
    expect(row).toEqual([
      '[`./jws`](signatures.md)',
      '`jose` (install it)',
      '1.2 kB',
      '20.0 kB',
      'anywhere',
    ]);
    expect(rowsIn(page)).toEqual([row]);
    expect(page).toContain('\n\nmore\n');
  });

  test('keeps a size that is about right, and nothing else', () => {
    const [entry, packages, , , runs] = row;
    const written: Row = [entry, packages, '1.5 kB', '30.0 kB', 'Node, Bun, Deno'];
    expect(settled([row], [written])).toEqual([[entry, packages, '1.5 kB', '20.0 kB', runs]]);
    expect(settled([row], [])).toEqual([row]);
  });
});
