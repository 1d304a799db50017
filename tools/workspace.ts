import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, without a slash at its end. */
export const root: string = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** What the tools read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly publishConfig: {
    readonly exports: Readonly<Record<string, string | { types: string; default: string }>>;
  };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** One published package. */
export interface Package {
  /** Its folder below `packages/`. */
  readonly folder: string;
  readonly path: string;
  readonly manifest: Manifest;
  /** Subpath to source, e.g. `./http` to `./src/http.ts`; without package.json. */
  readonly entries: ReadonlyMap<string, string>;
}

/** Every package that is published, by folder name. */
export function publishedPackages(): Package[] {
  return readdirSync(join(root, 'packages'))
    .toSorted()
    .map((folder) => {
      const path = join(root, 'packages', folder);
      const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;
      const entries = Object.entries(manifest.exports).filter(([, file]) => file.endsWith('.ts'));
      return { folder, path, manifest, entries: new Map(entries) };
    });
}

/** Source files below `folder`, relative to it and in order; tests and fixtures are left out. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.(?:test|fixture)\.ts$/.test(path))
    .toSorted();
}

/** Test files of the packages, relative to the root and in order. */
export function testFiles(): string[] {
  return publishedPackages().flatMap(({ folder }) => {
    const src = join('packages', folder, 'src');
    return readdirSync(join(root, src), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.test.ts'))
      .map((path) => join(src, path))
      .toSorted();
  });
}

/** Ends a tool: prints what is wrong and what to do about it, or that all is well. */
export function conclude(
  problems: readonly string[],
  { ok, fix }: { ok: string; fix: string },
): void {
  if (problems.length === 0) {
    console.log(ok);
    return;
  }
  for (const problem of problems) console.error(`- ${problem}`);
  console.error(`${problems.length} found. ${fix}`);
  process.exitCode = 1;
}
