import { createTestManager, mockLoader } from '@holdfast/testing';
import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { section } from './section.ts';

/** A part of a config that is polled whenever its source changes. */
async function createHarness(): Promise<LoaderHarness> {
  const document = { served: 'at first' };
  const { manager, clock } = createTestManager();
  const mock = mockLoader({ value: { db: document, other: 1 } });
  const app = manager.register('app', { loader: mock, maxRemoved: 1 });
  await clock.advance(0);
  const polled = async (): Promise<void> => {
    const done = app.refresh();
    await clock.advance(0);
    await done;
  };
  return {
    loader: section(app, 'db'),
    document,
    async publish(next) {
      mock.next({ db: next, other: 1 });
      await polled();
    },
    async breakSource() {
      mock.fail(Infinity);
      await polled();
    },
    async healSource() {
      mock.heal();
      await polled();
    },
    async remove() {
      mock.next({ other: 1 });
      await polled();
    },
    restart: () => section(app, 'db'),
    dispose: () => manager.close(),
  };
}

describe('section() keeps the contract of loaders', () => {
  const tests = contractTests(loaderContract, createHarness, {
    without: ['secrets', 'limits', 'hang', 'decode', 'close', 'disconnect'],
  });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});
