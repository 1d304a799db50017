// A document that an earlier process left on the disk; the first such process takes it from the server.
import { createConfigManager } from '@holdfast/core';
import { fileCache } from '@holdfast/loaders/file-cache';
import { httpLoader } from '@holdfast/loaders/http';

const [, , url, directory, expected] = process.argv;
const manager = createConfigManager({ cache: fileCache({ directory }) });
// confirmed within the last interval, and so good enough: however long the other processes take
const polling = { intervalMs: 3_600_000, maxIntervalMs: 3_600_000 };
const app = manager.register('app', { loader: httpLoader({ url }), polling });
const { from } = await app.ready();
if (app.current.services['service-0'].timeoutMs !== 1000) throw new Error('another document');
const ms = performance.now();
if (from !== expected) throw new Error(`from ${from}`);
console.log(ms);
await manager.close();
