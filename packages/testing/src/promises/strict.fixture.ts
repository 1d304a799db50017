import { LoadError, type Loader, createConfigManager } from '@holdfast/core';
import { manualClock, mockLoader, seededRandom } from '@holdfast/testing';

/** A program of its own: everything that can reject does, and nobody looks. */
const clock = manualClock();
const cache = {
  read: () => Promise.reject(new Error('read')),
  write: () => Promise.reject(new Error('write')),
  touch: () => Promise.reject(new Error('touch')),
  remove: () => Promise.reject(new Error('remove')),
};
const reject = () => Promise.reject(new Error('mine'));
const logger = { debug: reject, info: reject, warn: reject, error: reject };
const manager = createConfigManager({ clock, cache, logger, random: seededRandom(1) });
manager.on('*', reject);
manager.on('listener.failed', reject);

const loaders: Loader[] = [
  { name: 'rejects', key: 'a', load: reject, watch: reject, close: reject },
  { name: 'decodes', key: 'b', load: async () => ({ kind: 'loaded', raw: {} }), decode: reject },
  {
    name: 'throws',
    key: 'c',
    load() {
      throw new Error('at once');
    },
    watch() {
      throw new Error('at once');
    },
    close() {
      throw new Error('at once');
    },
  },
  {
    name: 'rejects late',
    key: 'd',
    // after the deadline, when nobody waits for it any more
    load: ({ time }) =>
      time.sleep(20_000, new AbortController().signal).then(() => {
        throw new Error('late');
      }),
  },
  {
    name: 'hangs up',
    key: 'e',
    load: () => Promise.reject(new LoadError('gone', { retry: 'now' })),
  },
];
for (const loader of loaders) {
  const app = manager.register(loader.name, { loader });
  app.onChange(reject);
  void app.ready();
  void app.refresh();
}
const mock = mockLoader({ value: { n: 1 }, watch: true });
const good = manager.register<{ n: number }>('good', { loader: mock });
good.onChange(reject);
if (process.argv[2] === 'selector') good.select(reject).onChange(reject);
for (let n = 2; n < 12; n++) {
  await clock.advance(30_000);
  mock.connect();
  mock.push({ n });
  mock.disconnect(new Error('gone'));
  void good.refresh();
  void manager.refresh();
}
void good.ready();
const hung = good.changes().next();
void manager.close();
void good.refresh();
void good.ready();
await clock.advance(60_000);
await hung;
await clock.advance(3_600_000);
process.stdout.write('done\n');
