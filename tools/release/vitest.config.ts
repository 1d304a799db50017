import { defineConfig } from 'vitest/config';

/** The tests of the tools in this folder; `pnpm check` runs them. */
export default defineConfig({ test: { root: import.meta.dirname } });
