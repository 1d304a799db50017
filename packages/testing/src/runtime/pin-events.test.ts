import { memoryCache } from '@holdfast/core/memory-cache';
import { expect, test } from 'vitest';
import { edited, poll, scene, sceneClock, settledScene } from '../promises/scene.fixture.ts';
import { because } from './layers.fixture.ts';

test('pin() and unpin() are told of, and are in the audit trail and the log, with who and why', async () => {
  const lines: string[] = [];
  const logger = { debug() {}, info: (line: string) => lines.push(line), warn() {}, error() {} };
  const made = await settledScene({ manager: { logger } });
  lines.length = 0;
  await made.app.pin(because);
  const bob = { by: 'bob', reason: 'the sale is over' };
  await made.app.unpin(bob);
  await made.app.unpin(bob); // nothing is pinned any more
  expect(made.record.of('pin.changed')).toMatchObject([
    { config: 'app', pinned: 'all', trigger: 'operator', ...because },
    { config: 'app', pinned: 'nothing', trigger: 'operator', ...bob },
  ]);
  const [unpinned, pinned] = await made.manager.audit.list({ limit: 2 });
  const action = 'pin.changed';
  expect(unpinned).toMatchObject({ action, pinned: 'nothing', trigger: 'operator', ...bob });
  expect(pinned).toMatchObject({ action, pinned: 'all', trigger: 'operator', ...because });
  expect(lines).toEqual([
    'holdfast: config "app": pinned (all) by ann: a test',
    'holdfast: config "app": unpinned by bob: the sale is over',
  ]);
});

test('who pins what is pinned already is told of, too', async () => {
  const { app, record } = await settledScene();
  await app.pin(because);
  await app.pin({ ...because, by: 'bob' });
  expect(record.of('pin.changed').map(({ by }) => by)).toEqual(['ann', 'bob']);
});

test('pin.changed tells of what a rollback and a health check bar', async () => {
  const made = await settledScene();
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  await made.app.rollback(1, because);
  await made.app.rollback(2, { ...because, pin: 'all' });
  await made.app.unpin(because);
  made.app.attach({ name: 'part', healthCheck: ({ next }) => next.revision < 3 });
  made.loader.next(edited({ revision: 3 }));
  await poll(made);
  expect(
    made.record.of('pin.changed').map(({ pinned, trigger, by }) => [pinned, trigger, by]),
  ).toEqual([
    ['document', 'rollback', 'ann'],
    ['all', 'rollback', 'ann'],
    ['nothing', 'operator', 'ann'],
    ['document', 'rollback', 'health check'],
  ]);
});

test('a pin that a restart kept is not told again', async () => {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const earlier = await settledScene({ manager: { clock, cache } });
  await earlier.app.pin(because);
  await earlier.manager.close();
  const made = scene({ manager: { clock, cache } });
  await clock.advance(1);
  expect(made.app.status.pinned).toBe('all');
  expect(made.record.of('pin.changed')).toEqual([]);
});
