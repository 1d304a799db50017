import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../workspace.ts';
import { execute } from './lane.ts';

let made: string | undefined;

/** A project of its own that has installed the packed packages; made at the first call, removed at exit. */
export function consumer(): string {
  if (made !== undefined) return made;
  const folder = mkdtempSync(join(tmpdir(), 'matrix-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  demand(['pnpm', '-r', '--filter', './packages/*', 'pack', '--pack-destination', folder], root);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  cpSync(join(root, 'tools/release/fixture'), folder, { recursive: true });
  cpSync(join(root, 'tools/matrix/fixture'), folder, { recursive: true });
  const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  const install = ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error'];
  demand([...install, ...tarballs.map((file) => `./${file}`)], folder);
  made = folder;
  return folder;
}

function demand(command: readonly string[], cwd: string): void {
  const { ok, output } = execute({ command, cwd });
  if (!ok) throw new Error(`Cannot pack and install: ${command.join(' ')}\n${output}`);
}
