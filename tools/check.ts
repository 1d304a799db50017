// Everything that must hold before a change lands: `pnpm check`, or some of it by name: `pnpm check lint docs`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './workspace.ts';

/** A check: its commands, run in order until one fails, and what to do when one does. */
interface Check {
  readonly name: string;
  readonly commands: readonly (readonly string[])[];
  readonly fix: string;
  /** What it prints is worth reading even if all is well. */
  readonly tells?: boolean;
}

const tool = (path: string): string[] => [process.execPath, '--import', 'tsx', join('tools', path)];
const bin = (name: string, ...args: string[]): string[] => [`node_modules/.bin/${name}`, ...args];

const CHECKS: readonly Check[] = [
  {
    name: 'lockfiles',
    commands: [tool('lockfiles.ts')],
    fix: 'Take the address out of the lockfile.',
  },
  {
    name: 'format',
    commands: [bin('oxfmt', '--check')],
    fix: 'Run `pnpm fix`.',
  },
  {
    name: 'lint',
    commands: [bin('oxlint', '--deny-warnings')],
    fix: 'Run `pnpm fix`, then mend what is left. .oxlintrc.json says why a name is banned.',
  },
  {
    name: 'types',
    commands: [
      bin('tsc', '-b', 'tsconfig.build.json'),
      bin('tsc', '-p', 'tsconfig.json'),
      bin('tsc', '-p', 'examples/07-browser'),
      bin('tsc', '-p', 'tools/release'),
    ],
    fix: 'Mend what tsc says. Core is compiled without the types of Node: it has to run anywhere.',
  },
  {
    name: 'layers',
    commands: [bin('vitest', 'run', '--project', 'tools', 'layers')],
    fix: 'Move the file, or turn the import round: imports go down the list in tools/layers.ts.',
  },
  {
    name: 'tools',
    commands: [bin('vitest', 'run', '--config', 'tools/release/vitest.config.ts')],
    fix: 'A check no longer finds what it is there to find: mend tools/release.',
  },
  {
    name: 'docs',
    commands: [tool('release/docs.ts'), [...tool('release/reference.ts'), '--check']],
    fix: 'Write the docs that are missing; `pnpm reference` writes docs/configuration.md.',
  },
  {
    name: 'knip',
    commands: [['tools/release/node_modules/.bin/knip', '--config', 'tools/release/knip.json']],
    fix: 'Delete what nobody uses, or use it.',
  },
  {
    name: 'pack',
    commands: [tool('build.ts'), tool('release/pack.ts'), [...tool('subpaths.ts'), '--check']],
    fix: 'package.json of the package decides what is built, exported and packed; `pnpm subpaths` writes docs/loaders.md.',
  },
  {
    name: 'budget',
    commands: [[process.execPath, '--import', 'tsx', 'bench/budget.ts']],
    fix: 'What is loaded at once has grown: bench/budget.json says what for, or it has to shrink.',
    tells: true,
  },
  {
    name: 'samples',
    commands: [tool('samples.ts')],
    fix: 'Mend the page, or the code that it shows.',
  },
];

function run([command, ...args]: readonly string[]): { ok: boolean; output: string } {
  const { status, stdout, stderr, error } = spawnSync(command!, args, {
    cwd: root,
    encoding: 'utf8',
  });
  return { ok: status === 0, output: `${stdout}${stderr}${error?.message ?? ''}`.trim() };
}

/** Runs a check and tells of it: one line when all is well, else all that was printed. */
function passes({ name, commands, fix, tells }: Check): boolean {
  const start = performance.now();
  const outputs: string[] = [];
  const ok = commands.every((command) => {
    const result = run(command);
    outputs.push(result.output);
    return result.ok;
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${name.padEnd(10)} ${ok ? 'ok' : 'FAILED'}  ${seconds} s`);
  if (ok && tells === true) console.log(outputs.at(-1)!.replaceAll(/^/gm, '  '));
  if (!ok) console.log(`\n${outputs.at(-1)!}\n\n→ ${fix}\n`);
  return ok;
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !CHECKS.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(
    `No check is called ${unknown.join(', ')}. There are: ${CHECKS.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}
const picked = CHECKS.filter(({ name }) => names.length === 0 || names.includes(name));
const failed = picked.filter((check) => !passes(check));
console.log(
  failed.length === 0
    ? `check: all ${picked.length} hold`
    : `check: ${failed.length} of ${picked.length} failed: ${failed.map(({ name }) => name).join(', ')}`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
