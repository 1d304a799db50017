import { createTestManager, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';

// a file of its own: only the first register of a process finds that nothing is loaded
test('with() says what to wait for while it is being loaded, and is there after ready()', async () => {
  const { manager, clock } = createTestManager();
  const app = manager.register('app', { loader: mockLoader({ value: { size: 4 } }) });
  expect(() => app.with({ size: 9 })).toThrow(
    'with() of config "app" is still being loaded: await ready()',
  );
  const ready = app.ready();
  await clock.advance(0);
  await ready;
  expect(app.with({ size: 9 }).current).toEqual({ size: 9 });
});
