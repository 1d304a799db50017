import { isBuiltin } from 'node:module';
import { gzipSync } from 'node:zlib';
import { build, type Metafile, type OutputFile } from 'esbuild';

/** What one entry of a package brings along. */
export interface SubpathNeeds {
  /** Packages that are loaded with the entry. */
  readonly atOnce: readonly string[];
  /** Packages that are loaded when they are used. */
  readonly later: readonly string[];
  /** Whether it, or a package that it loads, imports modules of Node. */
  readonly node: boolean;
  /** Its own code, and with all those packages, minified and compressed, in bytes; `@holdfast/core` is in neither. */
  readonly ownBytes: number;
  readonly allBytes: number;
}

/** Bundles one file as an application would, and looks at what came along. */
export async function needsOf(file: string): Promise<SubpathNeeds> {
  const own = await bundle(file, { packages: 'external' });
  const all = await bundle(file, { external: ['@holdfast/core'] });
  const outside = importsOf(own.metafile).filter(
    ({ path }) => !path.startsWith('node:') && !path.startsWith('@holdfast/core'),
  );
  const atOnce = namesOf(outside.filter(({ kind }) => kind === 'import-statement'));
  return {
    atOnce,
    later: namesOf(outside).filter((name) => !atOnce.includes(name)),
    node: importsOf(all.metafile).some(({ path }) => path.startsWith('node:')),
    ownBytes: sizeOf(own.outputFiles),
    allBytes: sizeOf(all.outputFiles),
  };
}

async function bundle(
  file: string,
  outside: { readonly packages: 'external' } | { readonly external: string[] },
): Promise<{ metafile: Metafile; outputFiles: OutputFile[] }> {
  return build({
    entryPoints: [file],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    outdir: 'unwritten',
    write: false,
    metafile: true,
    logLevel: 'error',
    ...outside,
  });
}

function importsOf({ outputs }: Metafile): { readonly path: string; readonly kind: string }[] {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  return imports
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
