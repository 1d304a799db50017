import { threadId } from 'node:worker_threads';
import { createConfigManager } from '@holdfast/core';
import { fileCache } from '@holdfast/loaders/file-cache';
import { httpLoader } from '@holdfast/loaders/http';

/** A thread or a process with a manager of its own. It takes part with everybody else for five polls, and ends. */
const [url = '', directory = '', who = ''] = process.argv.slice(2);
const manager = createConfigManager({ cache: fileCache({ directory }) });
const loader = httpLoader({ url, headers: { 'x-who': who }, proxyFromEnvironment: false });
const polling = { intervalMs: 50, strategy: 'fixed' } as const;
const app = manager.register('app', { loader, polling });
let polls = 0;
await new Promise<void>((resolve) => {
  const holdsTheThread = setInterval(() => {}, 1_000);
  manager.on('poll.finished', () => {
    polls += 1;
    if (polls < 5) return;
    clearInterval(holdsTheThread);
    app.pause();
    resolve();
  });
});
const told = { who, threadId, state: app.status.state, current: app.current };
await manager.close();
process.stdout.write(`${JSON.stringify(told)}\n`);
