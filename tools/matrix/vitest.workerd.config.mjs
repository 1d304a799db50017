import { fileURLToPath } from 'node:url';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import ClosingLine from '../closing-line.ts';
import { filesLeftOut } from './files.ts';
import { PORTABLE } from './portable.mjs';

/** What runs without Node, inside workerd; Node's modules are there for the tests alone. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  plugins: [
    cloudflareTest({
      miniflare: { compatibilityDate: '2026-10-01', compatibilityFlags: ['nodejs_compat'] },
    }),
  ],
  test: {
    ...PORTABLE,
    exclude: [...PORTABLE.exclude, ...filesLeftOut('workerd', false).keys()],
    reporters: ['default', new ClosingLine()],
  },
});
