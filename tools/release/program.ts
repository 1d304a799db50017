import { join } from 'node:path';
import ts from 'typescript';
import { publishedPackages, root } from '../workspace.ts';

/** As core and the other packages are compiled, with the platform's types for all. */
export const COMPILER: ts.CompilerOptions = {
  ...ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    root,
  ).options,
  lib: [
    'lib.es2023.d.ts',
    'lib.dom.d.ts',
    'lib.dom.asynciterable.d.ts',
    'lib.esnext.disposable.d.ts',
  ],
  typeRoots: [join(root, 'node_modules/@types')],
  noEmit: true,
};

/** Paths of the entries of all published packages, by what users import: `@holdfast/core/json`. */
export function entryFiles(): ReadonlyMap<string, string> {
  return new Map(
    publishedPackages().flatMap(({ path, manifest, entries }) =>
      [...entries].map(([subpath, file]) => [
        join(manifest.name, subpath).replace(/\/$/, ''),
        join(path, file),
      ]),
    ),
  );
}

/** Whether `node` is of this repository. */
export function isOurs(node: ts.Node): boolean {
  const { fileName } = node.getSourceFile();
  return !fileName.includes('/node_modules/') && !fileName.endsWith('.d.ts');
}
