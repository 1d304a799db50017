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

describe('docs/status-and-outcomes.md', () => {
  const page = read('docs/status-and-outcomes.md');
  const source = (file: string): string => read(`packages/core/src/${file}.ts`);
  /** What stands in the text of a type between its name and its end. */
  const typeOf = (file: string, name: string): string =>
    new RegExp(`export (?:type|interface) ${name}\\b[^]*?(?:;|\\n})\\n(?=\\n)`).exec(
      source(file),
    )![0];
  const kindsOf = (file: string, name: string): string[] =>
    matches(typeOf(file, name), /kind: '([\w-]+)'/g);
  const wordsOf = (file: string, name: string): string[] =>
    matches(typeOf(file, name), /(?:[|=]) '([\w-]+)'/g);
  const fieldsOf = (file: string, name: string): string[] =>
    matches(typeOf(file, name), /^  readonly (\w+)\??:/gm);
  /** The words of the first column of the table that has this head. */
  const rowsOf = (head: string): string[] =>
    matches(
      page.split(/\n\n/).find((part) => part.startsWith(`| ${head} `)) ?? '',
      /^\| `(\w+)`/gm,
    );

  test.each([
    ['kind', kindsOf('outcome', 'Outcome')],
    ['trigger', wordsOf('outcome', 'Trigger')],
    ['waiting kind', kindsOf('state/status', 'SourceStatus')],
    ['dry run field', fieldsOf('cycle/rehearse', 'Rehearsal')],
    [
      'status field',
      [
        ...new Set([
          ...fieldsOf('state/status', 'Status'),
          ...fieldsOf('state/status', 'SourceStatus'),
        ]),
      ],
    ],
  ])('has a row for all that there is in its table %s', (head, all) => {
    expect(all.length).toBeGreaterThan(2);
    expect(rowsOf(head).toSorted()).toEqual(all.toSorted());
  });

  test.each([
    ...wordsOf('state/status', 'Provenance'),
    ...wordsOf('state/status', 'BreakerState'),
    ...wordsOf('state/health', 'PollReason'),
  ])('names %s', (word) => expect(page).toContain(`\`${word}\``));
});

describe('the guide pages', () => {
  /** Longer by design, and why. */
  const longer: Readonly<Record<string, string>> = {
    'configuration.md': 'generated: every option',
    'errors.md': 'reference: every code',
    'faults.md': 'reference: every fault',
    'performance.md': 'generated: every measurement',
    'concepts.md': 'how all of it works together, read once',
    'quick-start.md': 'a walk from an empty folder to a service',
    'observability.md': 'what operators look up, of all capabilities',
    'fetch-loader.md': 'what each platform does otherwise',
    'write-a-loader.md': 'a walk with the code of a whole loader',
  };
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const linesOf = (page: string): number => read(join('docs', page)).split('\n').length - 1;

  test.each(pages.filter((page) => !Object.hasOwn(longer, page)))('%s fits in 80 lines', (page) => {
    expect(linesOf(page)).toBeLessThanOrEqual(80);
  });

  test.each(Object.keys(longer))('%s is longer', (page) => {
    expect(linesOf(page)).toBeGreaterThan(80);
  });

  test.each(pages)('%s is found from README.md or its package', (page) => {
    const from = ['README.md', 'packages/core/README.md'].map(read).join();
    expect(from).toContain(`docs/${page}`);
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
