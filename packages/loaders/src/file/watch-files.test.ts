import fs, { rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { tempFolder } from '../file-cache/process.fixture.ts';
import { fileLoader } from '../file.ts';
import { timed } from './timed.fixture.ts';

const { watch } = fs;

afterEach(() => {
  fs.watch = watch;
  syncBuiltinESMExports();
});

/** Does something just before the next folder is watched. */
function beforeTheNext(meanwhile: () => void): void {
  fs.watch = ((...given: Parameters<typeof watch>) => {
    fs.watch = watch;
    syncBuiltinESMExports();
    meanwhile();
    return watch(...given);
  }) as typeof watch;
  syncBuiltinESMExports();
}

test('watch() hears of a folder that went just before it was watched, when it comes back', async () => {
  await using folder = await tempFolder();
  const conf = join(folder.path, 'conf');
  await mkdir(conf);
  await writeFile(join(conf, 'app.json'), '{}');
  beforeTheNext(() => rmSync(conf, { recursive: true }));
  const { clock, controller, terms } = timed();
  const told: string[] = [];
  const path = join(conf, 'app.json');
  const loader = fileLoader({ path, debounceMs: 0, statIntervalMs: 60_000 });
  const ended = loader.watch!({
    ...terms,
    limits: { maxWireBytes: 1_000, maxBytes: 1_000, maxDepth: 8, maxKeys: 8 },
    known: () => undefined,
    connected: () => told.push('connected'),
    changed: () => told.push('changed'),
    offer: () => told.push('offer'),
  }).catch((error: unknown) => error);
  await clock.advance(0);
  await vi.waitFor(() => expect(told).toEqual(['connected']));
  await mkdir(conf);
  await writeFile(join(conf, 'app.json'), '{"n":1}');
  await vi.waitFor(async () => {
    await clock.advance(1);
    expect(told).toContain('changed');
  });
  expect(clock.monotonic(), 'before the next look').toBeLessThan(60_000);
  controller.abort(new Error('stop'));
  await ended;
});
