import { execFileSync } from 'node:child_process';
import { chmod, open } from 'node:fs/promises';
import { createConfigManager } from '@holdfast/core';
import { preload } from '@holdfast/core/preload';
import { fileCache } from '@holdfast/loaders/file-cache';
import { mockLoader } from '@holdfast/testing';
import { programPath } from './needs.fixture.ts';

/** A program whose system refuses its cache: no permission, or no file handle left. Tells what it serves nevertheless. */
const [code, directory = ''] = process.argv.slice(2);
const NOBODY = 65_534;

const loader = mockLoader({ value: { n: 0 } });
const manager = createConfigManager({ cache: fileCache({ directory: `${directory}/cache` }) });
const failures: string[] = [];
manager.on('cache.failed', ({ error }) => failures.push(error.message));
await preload(); // modules are files, too
if (code === 'EACCES') {
  await chmod(directory, 0o500);
  // root may write everywhere
  if (process.getuid?.() === 0) {
    await chmod(directory, 0o755);
    process.seteuid!(NOBODY);
  }
} else {
  execFileSync(programPath('prlimit')!, ['--nofile=256', '--pid', String(process.pid)]);
  const handles = [];
  try {
    for (;;) handles.push(await open('/dev/null'));
  } catch {
    // none is left
  }
}
const app = manager.register<{ n: number }>('app', { loader, updates: false });
for (let n = 1; n <= 5; n++) {
  loader.next({ n });
  await app.refresh();
}
const { state } = app.status;
await manager.close();
process.stdout.write(JSON.stringify({ n: app.current.n, state, failures }));
