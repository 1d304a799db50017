import { chmod, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createConfigManager } from '@holdfast/core';
import { preload } from '@holdfast/core/preload';
import { fileLoader } from '@holdfast/loaders/file';

/** A program that may not read its file for a while. Tells how its polls end. */
const [path = ''] = process.argv.slice(2);
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** Root may read everything, so it is somebody else while it polls. */
async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  if (isRoot) process.seteuid!(NOBODY);
  try {
    return await act();
  } finally {
    if (isRoot) process.seteuid!(0);
  }
}

await preload(); // modules are files, too
await chmod(dirname(path), 0o755);
const manager = createConfigManager();
const app = manager.register<{ n: number }>('app', { loader: fileLoader({ path, watch: false }) });
await app.ready();
const told: object[] = [];
const poll = async (): Promise<void> => {
  const outcome = await asNobody(() => app.refresh());
  const { kind } = outcome;
  const message = kind === 'failed' ? { message: outcome.error.message } : {};
  told.push({ kind, current: app.current, state: app.status.state, ...message });
};
await chmod(path, 0o000);
await poll();
await chmod(path, 0o644);
await writeFile(path, '{"n":2}');
await poll();
await manager.close();
process.stdout.write(JSON.stringify(told));
