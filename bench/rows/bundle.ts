import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, type Metafile, build } from 'esbuild';
import type { Figure, Peer, Row } from '../harness/row.ts';
import { PEERS } from '../peers/all.ts';

const bench = join(import.meta.dirname, '..', '..');
const core = join(bench, '../packages/core/dist/index.js');

/** What a bundler makes of one entry. */
interface Bundled {
  readonly metafile: Metafile;
  /** Bytes after gzip, by output file. */
  readonly sizes: ReadonlyMap<string, number>;
}

async function bundled(
  source: string,
  options: Pick<BuildOptions, 'absWorkingDir' | 'logLevel' | 'packages'> = {},
): Promise<Bundled> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: source, resolveDir: options.absWorkingDir ?? bench, sourcefile: 'entry.js' },
    absWorkingDir: bench,
    outdir: 'out',
    entryNames: 'entry',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    metafile: true,
    write: false,
    logLevel: 'error',
    ...options,
  });
  const base = options.absWorkingDir ?? bench;
  const sizes = outputFiles.map(
    ({ path, contents }) => [path.slice(base.length + 1), gzipSync(contents).length] as const,
  );
  return { metafile, sizes: new Map(sizes) };
}

/** Files that are loaded with the entry, and those that come later. */
function loadedAtOnce({ outputs }: Metafile): Set<string> {
  const files = new Set(['out/entry.js']);
  for (const file of files) {
    for (const { path, kind, external } of outputs[file]!.imports) {
      if (kind === 'import-statement' && external !== true) files.add(path);
    }
  }
  return files;
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);
const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

/** The libraries that core imports when it needs them, each as a bundle of its own. */
async function lazyLibraries({ outputs }: Metafile): Promise<Peer[]> {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  const names = new Set(
    imports.filter(({ external }) => external === true).map(({ path }) => path),
  );
  return Promise.all(
    [...names].map(async (name) => {
      const { sizes } = await bundled(
        `export * from '${name}'; export { default } from '${name}';`,
        {
          absWorkingDir: join(bench, '../packages/core'),
          logLevel: 'silent',
        },
      ).catch(() =>
        bundled(`export * from '${name}';`, { absWorkingDir: join(bench, '../packages/core') }),
      );
      return { name: `later, if needed: ${name}`, detail: kB(sum(sizes.values())) };
    }),
  );
}

/** What an application takes of core, and nothing else of it. */
function bundledCore(): Promise<Bundled> {
  const source = `export { createConfigManager } from '${core}';`;
  return bundled(source, { packages: 'external' });
}

function figureOf(used: Bundled): Figure {
  return {
    id: 'bundle',
    value: sizeAtOnce(used) / 1000,
    target: 16,
    unit: 'kB, minified and gzip',
    detail: `import { createConfigManager }, what is loaded at once: ${loadedAtOnce(used.metafile).size} files`,
  };
}

async function run(): ReturnType<Row['run']> {
  const used = await bundledCore();
  const all = await bundled(`export * from '${core}';`, { packages: 'external' });
  const atOnce = loadedAtOnce(used.metafile);
  const later = [...used.sizes].filter(([file]) => !atOnce.has(file));
  const peers = await Promise.all(
    PEERS.map(async ({ label, package: name, use }) => {
      const { sizes } = await bundled(`export { ${use} } from '${name}';`);
      const bytes = sum(sizes.values());
      return { name: label, value: bytes / 1000, detail: `${kB(bytes)}, ${use}` };
    }),
  );
  return {
    figures: [figureOf(used)],
    peers: [
      { name: 'everything that is exported', detail: kB(sizeAtOnce(all)) },
      { name: 'and all chunks that come later', detail: kB(sum(used.sizes.values())) },
      ...later.map(([file, bytes]) => ({
        name: `later, if needed: ${file.slice(4)}`,
        detail: kB(bytes),
      })),
      ...(await lazyLibraries(all.metafile)),
      ...peers,
    ],
  };
}

function sizeAtOnce({ metafile, sizes }: Bundled): number {
  return sum([...loadedAtOnce(metafile)].map((file) => sizes.get(file)!));
}

/** What a page or a function pays for having us in it. */
export const row: Row = {
  title: 'size of @holdfast/core',
  why: `What an application needs before its first document is there is one piece; what a document runs through, and each feature that
many do without, is a chunk that is loaded when it is used. The loader is not in it, as one chooses one: \`fetch\` adds
[the least](loaders.md). A bundler that knows no lazy chunks puts all of it together, and \`npx -y pnpm@10 bench bundle\`
prints each chunk. The peers have no lazy chunks: theirs is the whole, with an HTTP client. GrowthBook is the smallest, by far the least
code: the platform's fetch, no conditional requests, no retries, and a bundler drops what one does not use of it.`,
  run,
  quick: async () => figureOf(await bundledCore()),
};
