import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Plugin, build } from 'esbuild';
import { publishedPackages, root } from '../../tools/workspace.ts';

/** Takes the packages as they were built, never their sources, and leaves libraries out, wherever they are. */
const builtPackages: Plugin = {
  name: 'built-packages',
  setup(plugin) {
    for (const { path, manifest, entries } of publishedPackages()) {
      for (const [subpath, source] of entries) {
        const filter = new RegExp(`^${manifest.name}${subpath.slice(1)}$`);
        const file = join(path, source.replace('./src/', './dist/').replace(/\.ts$/, '.js'));
        plugin.onResolve({ filter }, () => ({ path: file }));
      }
    }
    plugin.onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === 'asked' || path.startsWith('node:')) return undefined;
      const library = await plugin.resolve(path, { kind, resolveDir, pluginData: 'asked' });
      return { path: pathToFileURL(library.path).href, external: true };
    });
  },
};

/** What rows start in processes of their own. */
const SCRIPTS = [
  'peers/peer-server.ts',
  'peers/poll-peer.ts',
  'peers/read-peer.ts',
  'peers/heap-peer.ts',
  'peers/stall-peer.ts',
];

/** Bundles the rows into `bench/.rows`, so that plain Node runs them and no loader takes part in what is measured. */
export async function bundleRows(ids: readonly string[]): Promise<void> {
  await build({
    absWorkingDir: join(root, 'bench'),
    entryPoints: ['harness/child.ts', ...SCRIPTS, ...ids.map((id) => `rows/${id}.ts`)],
    outbase: '.',
    outdir: '.rows',
    outExtension: { '.js': '.mjs' },
    // as deep as the rows, so that a file finds its neighbours from wherever it ends up
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    plugins: [builtPackages],
    logLevel: 'error',
  });
}
