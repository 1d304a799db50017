import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { needs, programPath } from '../../packages/testing/src/faults/needs.fixture.ts';
import { startExample } from '../start.fixture.ts';

const QUIET = ['--disable-gpu', '--disable-background-networking', '--disable-component-update'];

test.runIf(needs('chromium'))(
  '07-browser shows its config, and what becomes of it',
  async () => {
    const example = startExample('07-browser');
    const profile = await mkdtemp(join(tmpdir(), 'holdfast-chromium-'));
    const browser = await chromium.launchPersistentContext(profile, {
      executablePath: programPath('chromium')!,
      args: [...QUIET, '--disable-sync', '--no-first-run', '--no-sandbox'],
    });
    try {
      const [line] = (await once(createInterface({ input: example.stdout! }), 'line')) as [string];
      const page = await browser.newPage();
      const errors: Error[] = [];
      page.on('pageerror', (error) => errors.push(error));
      await page.goto(/http\S+/.exec(line)![0]);

      await page.getByRole('heading', { name: 'Hello', exact: true }).waitFor();
      await page.getByText('The theme is dark.').waitFor();
      example.stdin!.write('Hello again\n');
      await page.getByRole('heading', { name: 'Hello again' }).waitFor();
      await page.getByText('The theme is dark.').waitFor();
      expect(errors).toEqual([]);

      const exit = once(example, 'exit');
      example.stdin!.end();
      expect(await exit).toEqual([0, null]);
    } finally {
      example.kill('SIGKILL');
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    }
  },
  60_000,
);
