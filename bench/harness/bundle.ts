import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { publishedPackages, root } from '../../tools/workspace.ts';

/** Sends imports of the packages to what was built of them, and the libraries' to the copies that the packages use. */
const built: Plugin = {
  name: 'built',
  setup(plugin) {
    for (const { path, manifest, entries } of publishedPackages()) {
      for (const [subpath, source] of entries) {
        const specifier = manifest.name + subpath.slice(1);
        const file = join(path, source.replace('./src/', './dist/').replace(/\.ts$/, '.js'));
        plugin.onResolve({ filter: new RegExp(`^${specifier}$`) }, () => ({ path: file, external: true }));
      }
    }
  },
};

/** Bundles the rows into `bench/.rows`, so that plain Node runs them and no loader takes part in what is measured. */
export async function bundleRows(ids: readonly string[]): Promise<void> {
  await build({
    absWorkingDir: join(root, 'bench'),
    entryPoints: ['harness/child.ts', ...ids.map((id) => `rows/${id}.ts`)],
    outbase: '.',
    outdir: '.rows',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    packages: 'external',
    plugins: [built],
  });
}
