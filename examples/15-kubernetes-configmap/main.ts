import { once } from 'node:events';
import { join } from 'node:path';
import { createConfigManager } from '@holdfast/core';
import { envLoader } from '@holdfast/loaders/env';
import { fileLoader } from '@holdfast/loaders/file';
import { z } from 'zod';
import { apply, mountPath, unmount } from './kubelet.ts';

await apply({ 'app.yaml': 'logLevel: info\npool:\n  size: 8\n' });
// as `env:` of the container would set it
process.env['APP_POOL__MAX_WAIT_MS'] = '500';

const manager = createConfigManager();
const app = manager.register('app', {
  schema: z.object({
    logLevel: z.enum(['debug', 'info', 'warn']),
    pool: z.object({ size: z.int().positive(), maxWaitMs: z.int() }),
  }),
  sources: [
    { name: 'configmap', loader: fileLoader({ path: join(mountPath, 'app.yaml') }) },
    { name: 'environment', loader: envLoader({ prefix: 'APP_' }) },
  ],
  polling: { minIntervalMs: 100 }, // reads follow the swaps this closely; the default is 10 s
});
await app.ready();
console.log('Mounted: ', JSON.stringify(app.current));

const events = new EventTarget();
manager.on('config.changed', () => events.dispatchEvent(new Event('changed')));
manager.on('document.refused', ({ error }) => {
  console.log('Refused: ', error.message.replace(mountPath, '/etc/app'));
  events.dispatchEvent(new Event('refused'));
});
const open = setInterval(() => {}, 60_000); // a service has better things to hold it open than a timer

const changed = once(events, 'changed');
await apply({ 'app.yaml': 'logLevel: debug\npool:\n  size: 16\n' });
await changed;
console.log('Swapped: ', JSON.stringify(app.current));

const refused = once(events, 'refused');
await apply({ 'app.yaml': 'logLevel: debug\npool:\n  size: 16\n size: 32\n' });
await refused;
console.log('In force:', JSON.stringify(app.current));

clearInterval(open);
await manager.close();
await unmount();
