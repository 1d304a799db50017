import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Package, publishedPackages, root } from '../workspace.ts';
import { execute } from './lane.ts';

let made: Promise<string> | undefined;

/** A project of its own that has installed the packed packages; made at the first call, removed at exit. */
export function consumer(): Promise<string> {
  return (made ??= make());
}

async function make(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const pack = ['pnpm', '-r', '--filter', './packages/*', 'pack', '--pack-destination', folder];
  await demand(pack, root);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  cpSync(join(root, 'tools/release/fixture'), folder, { recursive: true });
  cpSync(join(root, 'tools/matrix/fixture'), folder, { recursive: true });
  writeFileSync(join(folder, 'use-every-entry.ts'), everyEntry());
  const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  const install = ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error'];
  await demand([...install, ...tarballs.map((file) => `./${file}`)], folder);
  return folder;
}

/** A program that imports all that is published, so that a compiler reads each declaration. */
function everyEntry(): string {
  const entries = publishedPackages().flatMap((each) =>
    [...each.entries]
      .filter(([, source]) => !speaksOfPeer(each, source))
      .map(([subpath]) => `${each.manifest.name}${subpath.slice(1)}`),
  );
  return entries.map((entry, n) => `export * as entry${n} from '${entry}';\n`).join('');
}

/** Whether its declarations are in terms of a library that is installed for it alone: this project has none of those. */
function speaksOfPeer({ path, manifest }: Package, source: string): boolean {
  const declarations = source.replace('./src/', './dist/').replace(/\.ts$/, '.d.ts');
  const text = readFileSync(join(path, declarations), 'utf8');
  return Object.keys(manifest.peerDependencies ?? {}).some((peer) => text.includes(`'${peer}'`));
}

async function demand(command: readonly string[], cwd: string): Promise<void> {
  const { ok, output } = await execute({ command, cwd });
  if (!ok) throw new Error(`Cannot pack and install: ${command.join(' ')}\n${output}`);
}
