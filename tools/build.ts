// Builds each published package into its dist/: types by tsc, one bundled ESM file per entry by esbuild.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { conclude, type Package, publishedPackages, root } from './workspace.ts';

/** Entries of core that nobody uses without the main one. */
const BESIDE = ['cloud-events', 'memory-cache', 'metrics', 'options', 'scope', 'zod'];
/** Entries of core that nobody uses without a config, and that share something with what each config needs. */
const WITH_CONFIGS = ['contracts', 'json', 'preload'];
/** Parts of core that each config needs a moment after it was registered. */
const SOON = ['cycle/cycle', 'polling/feeds', 'ready'];
/** Parts of core that come later, if at all. */
const LATER = [
  'cycle/describe-issues',
  'cycle/watch',
  'document/byte-window',
  'document/json-fault',
  'document/utf8-fault',
  'iterate-changes',
  'log',
  'operate/operations',
  'polling/records',
];

/**
 * What is loaded together becomes one chunk. esbuild cuts one for each combination of entries that share something, and
 * each file costs a start some tenths of a millisecond; so an entry reaches, by an import for nothing but that, all that
 * is loaded before it.
 */
const fewChunks: Plugin = {
  name: 'few-chunks',
  setup(builder) {
    const source = join(root, 'packages/core/src');
    const soon = new Set(SOON.map((part) => join(source, `${part}.ts`)));
    const reach = (from: readonly string[], to: readonly string[]): void => {
      const files = new Set(from.map((part) => join(source, `${part}.ts`)));
      const imports = to.map((part) => `import ${JSON.stringify(join(source, `${part}.ts`))};`);
      builder.onLoad({ filter: /\.ts$/ }, ({ path }) =>
        files.has(path)
          ? { contents: [readFileSync(path, 'utf8'), ...imports].join('\n'), loader: 'ts' }
          : undefined,
      );
    };
    reach([...BESIDE, 'lazy-base'], ['index']);
    reach([...WITH_CONFIGS, ...LATER], SOON);
    builder.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      const file = resolve(resolveDir, path);
      if (!file.startsWith(source)) return undefined;
      // what comes soon is one module, whichever of its parts is asked for first
      if (kind === 'dynamic-import' && soon.has(file)) return { path: 'engine', namespace: 'soon' };
      // the package says that its files have none: an import for nothing would be left out
      return { path: file, sideEffects: true };
    });
    builder.onLoad({ filter: /^engine$/, namespace: 'soon' }, () => ({
      contents: [...soon].map((path) => `export * from ${JSON.stringify(path)};`).join('\n'),
      resolveDir: source,
    }));
  },
};

/** Bundles a package's entries; libraries stay external, lazy imports stay lazy. */
async function bundle({ folder, path, entries }: Package): Promise<Metafile[]> {
  const files = [...entries.values()];
  // loaders share no state, and few programs use two of them: each is by itself, and so in fewer files
  const together = folder === 'loaders' ? files.map((file) => [file]) : [files];
  return Promise.all(
    together.map(async (entryPoints) => {
      const { metafile } = await build({
        absWorkingDir: path,
        entryPoints,
        outbase: 'src',
        outdir: 'dist',
        chunkNames: 'chunks/[name]-[hash]',
        bundle: true,
        splitting: true,
        format: 'esm',
        packages: 'external',
        platform: folder === 'core' ? 'neutral' : 'node',
        target: 'es2023',
        sourcemap: true,
        plugins: [fewChunks],
        metafile: true,
        logLevel: 'warning',
      });
      return metafile;
    }),
  );
}

/**
 * Takes out the module that only hands on what is in the chunk of the engine: whoever imports it later imports that chunk
 * itself, and a start finds, reads and links one file less.
 */
function withoutFacade(dist: string): void {
  const chunks = join(dist, 'chunks');
  const facade = readdirSync(chunks).find((file) => /^engine-\w+\.js$/.test(file))!;
  const text = readFileSync(join(chunks, facade), 'utf8');
  const [, names, chunk] = /^import \{([^}]+)\} from "\.\/(chunk-\w+\.js)";$/m.exec(text) ?? [];
  // another name would be missing in the chunk
  if (names === undefined || names.includes(' as ') || !text.includes(`export {${names}};`)) {
    throw new Error(`${facade} is more than the names of one chunk`);
  }
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const path = join(dist, file);
    if (!file.endsWith('.js')) continue;
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`/${facade}"`, `/${chunk}"`));
  }
  for (const file of [facade, `${facade}.map`]) rmSync(join(chunks, file));
}

/** What `publishConfig.exports` says that `exports` or the built files do not. */
function disagreements({ path, manifest, entries }: Package): string[] {
  const published = manifest.publishConfig.exports;
  const wanted = new Map([...entries].map(([subpath, source]) => [subpath, builtFiles(source)]));
  const problems = [...new Set([...wanted.keys(), ...Object.keys(published)])].flatMap(
    (subpath) => {
      const files = wanted.get(subpath);
      const says = JSON.stringify(published[subpath]);
      if (files === undefined) {
        return manifest.exports[subpath] === published[subpath]
          ? []
          : [`publishConfig.exports["${subpath}"] is ${says}, but exports has no such entry`];
      }
      if (says !== JSON.stringify(files)) {
        return [`publishConfig.exports["${subpath}"] is ${says}, must be ${JSON.stringify(files)}`];
      }
      return Object.values(files)
        .filter((file) => !existsSync(join(path, file)))
        .map((file) => `publishConfig.exports["${subpath}"] names ${file}, which was not built`);
    },
  );
  return problems.map((problem) => `${manifest.name}: ${problem}`);
}

function builtFiles(source: string): { types: string; default: string } {
  const stem = source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '');
  return { types: `${stem}.d.ts`, default: `${stem}.js` };
}

/** Libraries that come along at once with the main entry; they must wait until they are needed. */
function eagerLibraries({ outputs }: Metafile, entry: string): string[] {
  const seen = new Set<string>();
  const libraries = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (external === true) libraries.add(path);
      else visit(path);
    }
  };
  visit(entry);
  return [...libraries];
}

const packages = publishedPackages();
const missing = packages.flatMap(({ path, manifest, entries }) =>
  [...entries.values()]
    .filter((file) => !existsSync(join(path, file)))
    .map((file) => `${manifest.name}: exports names ${file}, which is not there`),
);
if (missing.length > 0) {
  console.error(
    `${missing.join('\n')}\nWrite it, or take it out of exports and publishConfig.exports.`,
  );
  process.exit(1);
}
for (const { path } of packages) rmSync(join(path, 'dist'), { recursive: true, force: true });
const tsc = join(root, 'node_modules/.bin/tsc');
const types = spawnSync(tsc, ['-b', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (types.status !== 0) {
  console.error('The types were not built: mend what tsc says above.');
  process.exit(1);
}
const metafiles = await Promise.all(packages.map(bundle));
const problems = packages.flatMap(disagreements);
const core = packages.findIndex(({ folder }) => folder === 'core');
withoutFacade(join(packages[core]!.path, 'dist'));
for (const library of metafiles[core]!.flatMap((each) => eagerLibraries(each, 'dist/index.js'))) {
  problems.push(
    `@holdfast/core: dist/index.js loads ${library} at once: use await import('${library}')`,
  );
}
const files = packages
  .flatMap(({ path }) => readdirSync(join(path, 'dist'), { recursive: true, encoding: 'utf8' }))
  .filter((file) => file.endsWith('.js'));
conclude(problems, {
  ok: `built ${files.length} files of ${packages.length} packages`,
  fix: 'Mend the package.json named above, or the import.',
});
