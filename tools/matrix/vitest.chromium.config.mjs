import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import ClosingLine from '../closing-line.ts';
import { filesLeftOut } from './files.ts';
import { askingForNode, PORTABLE } from './portable.mjs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** What runs without Node, and the tests that are for browsers alone, in Debian's headless Chromium. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  // named, since a dependency that is met in the middle of a run reloads the page, and the tests with it
  optimizeDeps: {
    include: [
      'fast-check',
      'zod',
      'valibot',
      'arktype',
      ...['p-retry', 'lru-cache', 'json-stable-stringify'].map(
        (name) => `@holdfast/core > ${name}`,
      ),
    ],
  },
  test: {
    ...PORTABLE,
    include: [...PORTABLE.include, 'packages/*/src/**/*.browser.test.ts'],
    exclude: [...PORTABLE.exclude, ...askingForNode(), ...filesLeftOut('chromium', false).keys()],
    globalSetup: ['packages/loaders/src/fetch/origin-server.fixture.ts'],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      api: { host: '127.0.0.1' },
      provider: playwright({ launchOptions: { executablePath, args } }),
      instances: [{ browser: 'chromium' }],
    },
    reporters: ['default', new ClosingLine()],
  },
});
