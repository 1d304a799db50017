// A document by the fetch loader.
import { createConfigManager } from '@holdfast/core';
import { fetchLoader } from '@holdfast/loaders/fetch';

const manager = createConfigManager();
const app = manager.register('app', { loader: fetchLoader({ url: process.argv[2] }) });
await app.ready();
if (app.current.services['service-0'].timeoutMs !== 1000) throw new Error('another document');
console.log(performance.now());
await manager.close();
