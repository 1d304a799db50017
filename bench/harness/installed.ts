import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { type Package, publishedPackages, root } from '../../tools/workspace.ts';

/** Lays a package out as an install would: what is published of it, and beside it what it depends on. */
function install({ folder, path, manifest }: Package, modules: string): void {
  const target = join(modules, '@holdfast', folder);
  const { publishConfig, ...rest } = JSON.parse(
    readFileSync(join(path, 'package.json'), 'utf8'),
  ) as typeof manifest & object;
  cpSync(join(path, 'dist'), join(target, 'dist'), { recursive: true });
  writeFileSync(
    join(target, 'package.json'),
    JSON.stringify({ ...rest, exports: publishConfig.exports }),
  );
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const link = join(modules, name);
    if (name.startsWith('@holdfast/')) continue;
    rmSync(link, { force: true });
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(path, 'node_modules', name), link);
  }
}

/**
 * Makes `bench/.rows/installed`, where the scripts of `bench/first-value` find our packages as an application finds them:
 * built, and each in files of its own.
 */
export async function layOut(): Promise<void> {
  const folder = join(root, 'bench/.rows/installed');
  rmSync(folder, { recursive: true, force: true });
  for (const each of publishedPackages()) install(each, join(folder, 'node_modules'));
  for (const file of readdirSync(join(root, 'bench/first-value'))) {
    cpSync(join(root, 'bench/first-value', file), join(folder, file));
  }
  // one file: the peers are not to pay for how our rows are bundled
  await build({
    entryPoints: [join(root, 'bench/peers/first-value-peer.ts')],
    outfile: join(folder, 'peer.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    logLevel: 'error',
  });
}
