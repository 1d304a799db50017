import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspace.ts';
import { installed, type Command, type Lane, steps, tests } from './lane.ts';
import { consumer } from './packed.ts';

const node = async (...args: string[]): Promise<Command> => ({
  command: [process.execPath, ...args],
  cwd: await consumer(),
});

/** What was packed, from plain JavaScript and by `require`; then the same with Node's intrinsics frozen. */
const plain: readonly Lane[] = [
  steps('javascript', async () => [await node('use.js')]),
  steps('commonjs', async () => [await node('use.cjs')]),
  // vitest cannot start so: node:test runs the contracts instead
  steps('frozen', () =>
    Promise.all(
      ['use.js', 'use.cjs', 'contracts.test.js'].map((file) => node('--frozen-intrinsics', file)),
    ),
  ),
];

/** The published contracts under runners that are not ours. */
const runners: readonly Lane[] = [
  {
    name: 'node-test',
    run: async () =>
      tests(
        await node('--test', '--test-reporter=tap', 'contracts.test.js'),
        /^# pass (?<passed>\d+)\n# fail (?<failed>\d+)\n(?:#.*\n)*# skipped (?<skipped>\d+)$/m,
      ),
  },
  {
    name: 'jest',
    async run() {
      const args = ['--ci', '--rootDir', '.', 'contracts.jest.test.js'];
      const env = { NODE_OPTIONS: '--experimental-vm-modules' };
      return tests(
        { ...(await node(installed('jest/bin/jest.js'), ...args)), env },
        /^Tests: +(?:(?<failed>\d+) failed, )?(?:(?<skipped>\d+) skipped, )?(?<passed>\d+) passed/m,
      );
    },
  },
];

const COMPILER_OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: false,
  module: 'nodenext',
  moduleResolution: 'nodenext',
  target: 'es2022',
  lib: ['es2022', 'esnext.disposable', 'dom'],
  typeRoots: [join(root, 'node_modules/@types')],
};

/** What users write, and each entry, with the types of Node; and what needs none of them. */
const PROGRAMS = [
  { file: 'use.ts', types: ['node'] },
  { file: 'use-every-entry.ts', types: ['node'] },
  { file: 'use-anywhere.ts', types: [] },
];

function compiler(version: string): Lane {
  return steps(`typescript-${version}`, async () => {
    const folder = await consumer();
    return Promise.all(
      PROGRAMS.map(({ file, types }) => {
        // of its own: other versions compile at the same time
        const config = join(folder, `tsconfig.${version}.${file}.json`);
        const compilerOptions = { ...COMPILER_OPTIONS, types };
        writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }));
        return node(installed(`typescript-${version}/bin/tsc`), '-p', config);
      }),
    );
  });
}

/** The bundler's own way to one bundle of use.js, and the bundle run. */
function bundler(name: string): Lane {
  return steps(name, async () => {
    const folder = await consumer();
    const out = join(folder, `bundle-${name}`);
    const script = join(root, 'tools/matrix/bundlers', `${name}.mjs`);
    return [await node(script, join(folder, 'use.js'), out), await node(join(out, 'use.mjs'))];
  });
}

/** What users do with the packages once they have installed them. */
export const CONSUMERS: readonly Lane[] = [
  ...plain,
  ...runners,
  ...['5.4', '5.5', '5.6', '5.7', '5.8', '5.9', '6.0', '7.0'].map(compiler),
  ...['esbuild', 'rollup', 'webpack', 'vite'].map(bundler),
];
