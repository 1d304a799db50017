import { createTestManager } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { withoutUserInfo } from './printable.ts';

test.each([
  'connect postgres://me:hunter2@db:5432/x failed, see http://x/@me',
  'pg://me@db and pg://you:word@db',
  'at //user:word@host',
  'mail me@example.com about http://x/a?b=c@d',
])('withoutUserInfo() hides what the engine hides in %j', async (text) => {
  const { manager, clock } = createTestManager();
  const load = (): Promise<never> => Promise.reject(new Error(text));
  const refreshed = manager.register('app', { loader: { name: 'm', key: 'm', load } }).refresh();
  await clock.advance(1);
  const message = `Cannot load m: ${withoutUserInfo(text)}`;
  expect(await refreshed).toMatchObject({ kind: 'failed', error: { message } });
  await manager.close();
});
