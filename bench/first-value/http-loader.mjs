// A document by the http loader.
import { createConfigManager } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';

const manager = createConfigManager();
const app = manager.register('app', { loader: httpLoader({ url: process.argv[2] }) });
await app.ready();
if (app.current.services['service-0'].timeoutMs !== 1000) throw new Error('another document');
console.log(performance.now());
await manager.close();
