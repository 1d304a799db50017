import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import ClosingLine from './tools/closing-line.ts';

const ROOTS = [
  'packages/core',
  'packages/loaders',
  'packages/testing',
  'examples',
  'tools',
  'bench',
];

export default defineConfig({
  test: {
    setupFiles: [fileURLToPath(new URL('tools/platform-fetch.ts', import.meta.url))],
    projects: ROOTS.map((root) => ({
      extends: true as const,
      test: {
        name: root.split('/').at(-1)!,
        root: `./${root}`,
        include: ['**/*.test.ts'],
        // these need what only `pnpm check` and `pnpm matrix` install
        exclude: [...configDefaults.exclude, 'release/**', '**/*.browser.test.ts'],
      },
    })),
    reporters: ['default', new ClosingLine()],
  },
});
