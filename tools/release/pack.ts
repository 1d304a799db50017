// Packs each published package, judges the tarballs, and uses them from a plain JavaScript project.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conclude, publishedPackages, root } from '../workspace.ts';

const problems: string[] = [];

/** Runs a command; where it fails, what it printed is a problem. */
function run(command: string, args: readonly string[], cwd = root): string {
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const { stdout, stderr, message } = error as Error & {
      stdout: string | null;
      stderr: string | null;
    };
    const told = `${stdout ?? ''}${stderr ?? ''}`.trim() || message;
    problems.push(`${[command, ...args].join(' ').replaceAll(`${root}/`, '')}\n${told}`);
    return '';
  }
}

const bin = (name: string): string => join(import.meta.dirname, 'node_modules/.bin', name);

/** What must be in a tarball, and what must not. */
function checkFiles(tarball: string): void {
  const files = run('tar', ['-tzf', tarball])
    .split('\n')
    .filter((file) => file !== '');
  const name = tarball.split('/').at(-1)!;
  for (const file of ['LICENSE', 'README.md', 'package.json']) {
    if (!files.includes(`package/${file}`)) problems.push(`${name} has no ${file}`);
  }
  const stray = files.filter((file) =>
    /\.(?:test|fixture)\.|tsbuildinfo|^package\/src\//.test(file),
  );
  if (stray.length > 0)
    problems.push(`${name} has files that are nobody's business: ${stray.join(', ')}`);
}

/** Installs the tarballs with npm beside use.js and runs it. */
function use(folder: string, tarballs: readonly string[]): void {
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  for (const file of ['use.js', 'use.cjs'])
    cpSync(join(import.meta.dirname, 'fixture', file), join(folder, file));
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs], folder);
  for (const file of ['use.js', 'use.cjs']) run(process.execPath, [file], folder);
}

const packages = publishedPackages();
const folder = mkdtempSync(join(tmpdir(), 'pack-'));
try {
  run('pnpm', ['-r', '--filter', './packages/*', 'pack', '--pack-destination', folder]);
  const tarballs = readdirSync(folder)
    .filter((file) => file.endsWith('.tgz'))
    .map((file) => join(folder, file));
  if (tarballs.length !== packages.length) {
    problems.push(`${tarballs.length} tarballs of ${packages.length} packages`);
  }
  for (const tarball of tarballs) {
    checkFiles(tarball);
    run(bin('publint'), ['run', tarball, '--strict']);
    run(bin('attw'), ['--profile', 'esm-only', '--no-emoji', tarball]);
  }
  if (problems.length === 0) use(folder, tarballs);
} finally {
  rmSync(folder, { recursive: true });
}
conclude(problems, {
  ok: `${packages.length} tarballs are sound and work from plain JavaScript`,
  fix: 'Run `pnpm build` first; package.json decides what is packed.',
});
