// A document that an earlier process left on the disk; the first such process takes it from the server.
import { createConfigManager } from '@holdfast/core';
import { fileCache } from '@holdfast/loaders/file-cache';
import { httpLoader } from '@holdfast/loaders/http';

const [, , url, directory, expected] = process.argv;
const manager = createConfigManager({ cache: fileCache({ directory }) });
const app = manager.register('app', { loader: httpLoader({ url }) });
const { from } = await app.ready();
if (app.current.services['service-0'].timeoutMs !== 1000) throw new Error('another document');
const ms = performance.now();
if (from !== expected) throw new Error(`from ${from}`);
console.log(ms);
await manager.close();
