import { expect, test } from 'vitest';
import { ann, begin, keeps, soon } from './history.fixture.ts';

const MINUTES_10 = 10 * 60_000;

test('an override that was kept over a restart stays when a health check fails as the process starts', async () => {
  const defaults = { size: 0 };
  const first = await keeps({ defaults });
  await soon(first, first.app.override({ size: 5 }, { ...ann, persist: true }));
  await soon(first, first.manager.close());
  const made = begin({ cache: first.cache, value: { size: 1 }, defaults });
  let asked = 0;
  made.app.attach({ name: 'pool', apply() {}, undo() {}, healthCheck: () => asked++ > 0 });
  await made.clock.advance(MINUTES_10);
  expect(await made.app.overrides()).toMatchObject([{ persist: true }]);
  expect(made.app.current).toEqual({ size: 5 });
  await soon(made, made.manager.close());
  const third = begin({ cache: first.cache, value: { size: 1 }, defaults });
  await third.clock.advance(MINUTES_10);
  expect(third.app.current).toEqual({ size: 5 });
});
