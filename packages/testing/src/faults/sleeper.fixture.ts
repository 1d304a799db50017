// A process that polls the URL of its first argument every so many milliseconds, for network-time.test.ts.
import { createConfigManager } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';

const [url, interval] = process.argv.slice(2);
const intervalMs = Number(interval);
createConfigManager().register('app', {
  loader: httpLoader({ url: url!, proxyFromEnvironment: false }),
  polling: { intervalMs, strategy: 'fixed', minIntervalMs: intervalMs },
  updates: false,
});
// the SDK alone keeps no process alive
setInterval(() => {}, 60_000);
