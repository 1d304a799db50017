import { preload } from '@holdfast/core/preload';
import { createTestManager, mockLoader } from '@holdfast/testing';
import type { Loader } from '@holdfast/core';
import { beforeAll, expect, test } from 'vitest';

beforeAll(preload);

const SECRET = 'hunter2-hunter2';
const because = { by: 'ann', reason: 'a test' };

/** What throws, and quotes the secret, as soon as somebody reads it. */
const QUOTING: Record<string, () => object> = {
  'a getter': () => ({
    get size(): number {
      throw new Error(`cannot use ${SECRET}`);
    },
  }),
  'the keys of a proxy': () =>
    new Proxy(
      {},
      {
        ownKeys() {
          throw new Error(`cannot use ${SECRET}`);
        },
      },
    ),
  'a then': () => ({
    // oxlint-disable-next-line unicorn/no-thenable -- so that it is no promise
    get then(): never {
      throw new Error(`cannot use ${SECRET}`);
    },
  }),
};

async function scene(loader: Loader = mockLoader({ value: { size: 1, token: SECRET } })) {
  const { manager, clock } = createTestManager();
  const app = manager.register('app', { loader, secrets: ['token'] } as never);
  await clock.advance(1);
  const soon = async (act: Promise<unknown>): Promise<unknown> => {
    const acted = act.catch((error: unknown) => error);
    await clock.advance(1);
    return acted;
  };
  return { app, soon };
}

test.each(Object.keys(QUOTING))(
  'promise 11: a patch of which reading %s throws is told of by the kind of that alone',
  async (name) => {
    const { app, soon } = await scene();
    const make = QUOTING[name]!;
    for (const patch of [make(), make]) {
      const error = await soon(app.override(patch as never, because));
      const message = 'Config "app": The override could not be read: it threw (Error)';
      expect(error).toMatchObject({ code: 'INVALID_OPTIONS', message });
      expect(error).not.toHaveProperty('cause');
    }
  },
);

test('promise 11: overrides of a view that cannot be read are told of by kind alone', async () => {
  const { app } = await scene();
  for (const name of ['a getter', 'the keys of a proxy'])
    expect(() => app.with(QUOTING[name]!() as never).current).toThrow(
      'as it must be JSON (it could not be read: it threw (Error)): current value is an object',
    );
});

test('promise 11: what the decode of a loader throws is told by kind alone where there are secrets', async () => {
  const decode = (): never => JSON.parse(SECRET) as never;
  const { app } = await scene({ ...mockLoader({ value: { size: 1 } }), decode });
  const { message } = app.status.lastFailure!;
  expect(message).toMatch(/could not be read: it threw \(SyntaxError\)$/);
});
