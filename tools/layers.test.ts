import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { circlesIn, importsOf, layerViolations, packageViolations } from './layers.ts';
import { type Package, publishedPackages, sourceFiles } from './workspace.ts';

const packages = publishedPackages();
const sourcesOf = ({ path }: Package): Map<string, string> =>
  new Map(
    sourceFiles(join(path, 'src')).map((file) => [
      file,
      readFileSync(join(path, 'src', file), 'utf8'),
    ]),
  );
const core = packages.find(({ folder }) => folder === 'core')!;
const coreEntries = [...core.entries.keys()].map((subpath) =>
  subpath.replace(/^\./, core.manifest.name),
);

describe('this repository', () => {
  test('core imports only downwards', () => {
    expect(layerViolations(sourcesOf(core))).toEqual([]);
  });

  test.each(packages)('$folder imports nothing in a circle', (pkg) => {
    expect(circlesIn(sourcesOf(pkg))).toEqual([]);
  });

  test.each(packages)('$folder imports only entries and its own dependencies', (pkg) => {
    const { dependencies, peerDependencies } = pkg.manifest;
    const violations = packageViolations(sourcesOf(pkg), {
      dependencies: Object.keys({ ...dependencies, ...peerDependencies }),
      entries: pkg === core ? [] : coreEntries,
      node: pkg !== core,
    });
    expect(violations).toEqual([]);
  });
});

const layered = (files: Record<string, string>): string[] =>
  layerViolations(new Map(Object.entries(files)));

describe('layerViolations()', () => {
  test('takes imports that go down or stay beside', () => {
    const files = {
      'index.ts': "export { manager } from './manager.ts';",
      'manager.ts': "import { handle } from './handle.ts';\nimport { x } from './document/x.ts';",
      'handle.ts': "import type { JsonValue } from './ports/json.ts';",
      'document/x.ts': "import { y } from './y.ts';",
      'document/y.ts': '',
      'ports/json.ts': '',
    };
    expect(layered(files)).toEqual([]);
  });

  test.each([
    ['a value', "import { load } from '../cycle/load.ts';"],
    ['a type', "import type { Load } from '../cycle/load.ts';"],
    ['a type inline', "let x: import('../cycle/load.ts').Load;"],
    ['a side effect', "import '../cycle/load.ts';"],
    ['a re-export', "export {\n  load,\n} from '../cycle/load.ts';"],
    ['a lazy import', "const { load } = await import(\n  '../cycle/load.ts'\n);"],
  ])('refuses %s from a higher layer', (_, source) => {
    expect(layered({ 'document/x.ts': source, 'cycle/load.ts': '' })).toEqual([
      'document/x.ts imports cycle/load.ts, which is a higher layer',
    ]);
  });

  test('refuses a circle within a layer, and tells it once', () => {
    const files = {
      'state/a.ts': "import './b.ts';",
      'state/b.ts': "import './c.ts';",
      'state/c.ts': "import './b.ts';",
    };
    expect(layered(files)).toEqual(['state/b.ts → state/c.ts → state/b.ts is a circle']);
  });

  test('refuses a file that fits no layer, and one that leaves its package', () => {
    expect(layered({ 'utils.ts': '', 'errors.ts': "import '../../loaders/src/http.ts';" })).toEqual(
      [
        'utils.ts fits no layer: move it, or add it to tools/layers.ts',
        'errors.ts imports ../../loaders/src/http.ts, outside its package',
      ],
    );
  });
});

describe('packageViolations()', () => {
  test.each([
    ['@holdfast/core', true],
    ['@holdfast/core/zod', true],
    ['@holdfast/core/src/config.ts', false],
    ['undici', true],
    ['undici/types', true],
    ['undici-extra', false],
    ['node:fs', true],
    ['zod', false],
  ])('%s is allowed: %s', (specifier, allowed) => {
    const violations = packageViolations(new Map([['http.ts', `import '${specifier}';`]]), {
      dependencies: ['undici'],
      entries: ['@holdfast/core', '@holdfast/core/zod'],
      node: true,
    });
    expect(violations).toHaveLength(allowed ? 0 : 1);
  });

  test("refuses Node's modules where they are not there", () => {
    const sources = new Map([['document/hash.ts', "import { createHash } from 'node:crypto';"]]);
    expect(packageViolations(sources, { dependencies: [], entries: [], node: false })).toEqual([
      'document/hash.ts imports node:crypto, which is no entry and no dependency',
    ]);
  });
});

test('importsOf() does not read comments', () => {
  expect(
    importsOf("/** from './a.ts' */\n// import './b.ts'\nimport './c.ts'; // from './c.ts'"),
  ).toEqual(expect.arrayContaining(['./c.ts']));
  expect(importsOf("/** from './a.ts' */\n  // import './b.ts'\n")).toEqual([]);
});
