import { isBuiltin } from 'node:module';
import { relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile, type OutputFile } from 'esbuild';
import { root } from './workspace.ts';

/** What one entry of a package brings along. */
export interface SubpathNeeds {
  /** Packages that are loaded with the entry. */
  readonly atOnce: readonly string[];
  /** Packages that are loaded when they are used. */
  readonly later: readonly string[];
  /** Whether it, or a package that it loads, imports modules of Node, or uses its `process` or `Buffer`. */
  readonly node: boolean;
  /** Its own code, and with all those packages, minified and compressed, in bytes; `@holdfast/core` is in neither. */
  readonly ownBytes: number;
  readonly allBytes: number;
}

interface Bundled {
  readonly outputs: readonly Metafile['outputs'][string][];
  readonly files: readonly OutputFile[];
}

/** Bundles one file as an application would, and looks at what came along. */
export async function needsOf(file: string): Promise<SubpathNeeds> {
  const own = await bundle(file, { packages: 'external' });
  const all = await bundle(file, { external: ['@holdfast/core'] });
  const outside = importsOf(own).filter(
    ({ path }) => !path.startsWith('node:') && !path.startsWith('@holdfast/core'),
  );
  const atOnce = namesOf(outside.filter(({ kind }) => kind === 'import-statement'));
  return {
    atOnce,
    later: namesOf(outside).filter((name) => !atOnce.includes(name)),
    node: importsOf(all).some(({ path }) => path.startsWith('node:')),
    ownBytes: sizeOf(own.files),
    allBytes: sizeOf(all.files),
  };
}

/** What the bundler wrote that the entry reaches; it also writes chunks of whatever it left out in the end. */
async function bundle(
  file: string,
  outside: { readonly packages: 'external' } | { readonly external: string[] },
): Promise<Bundled> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [file],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    inject: ['tools/node-globals.ts'],
    outdir: 'unwritten',
    write: false,
    metafile: true,
    logLevel: 'error',
    ...outside,
  });
  const { outputs } = metafile;
  const isEntry = (path: string): boolean =>
    resolve(root, outputs[path]!.entryPoint ?? '') === file;
  const reached = new Set(Object.keys(outputs).filter(isEntry));
  // a set goes on with what is added meanwhile
  for (const path of reached)
    for (const { path: next } of outputs[path]!.imports) if (outputs[next]) reached.add(next);
  return {
    outputs: [...reached].map((path) => outputs[path]!),
    files: outputFiles.filter(({ path }) => reached.has(relative(root, path))),
  };
}

function importsOf({ outputs }: Bundled): { readonly path: string; readonly kind: string }[] {
  return outputs
    .flatMap((output) => output.imports)
    .filter(({ external }) => external === true)
    .map(({ path, kind }) => ({
      path: isBuiltin(path) ? `node:${path.replace('node:', '')}` : path,
      kind,
    }));
}

/** `@scope/name/path` is of the package `@scope/name`. */
function namesOf(imports: readonly { readonly path: string }[]): string[] {
  const names = imports.map(({ path }) => /^(?:@[^/]+\/)?[^/]+/.exec(path)![0]);
  return [...new Set(names)].toSorted();
}

function sizeOf(files: readonly OutputFile[]): number {
  return files.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0);
}
