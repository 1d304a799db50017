import { defineConfig } from 'vitest/config';

/** The tests of the tools in this folder; `pnpm check` runs them. They compile programs, which takes a while. */
export default defineConfig({ test: { root: import.meta.dirname, testTimeout: 60_000 } });
