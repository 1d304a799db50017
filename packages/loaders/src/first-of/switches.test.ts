import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { firstOf } from '../first-of.ts';

function scene() {
  const a = mockLoader({ name: 'mirror a', key: 'a', value: { n: 1 } });
  const b = mockLoader({ name: 'mirror b', key: 'b', value: { n: 1 } });
  const { manager, clock } = createTestManager();
  const record = recordEvents(manager);
  const polling = { intervalMs: 60_000, strategy: 'fixed' } as const;
  const options = { returnAfterMs: 300_000, random: () => 0 };
  const start = () => manager.register('app', { loader: firstOf([a, b], options), polling });
  const told = () => record.of('config.warned').map(({ message }) => message);
  return { a, b, manager, clock, start, told };
}

describe('firstOf()', () => {
  test('tells once that another endpoint serves, and why, and once that the first is back', async () => {
    const { a, manager, clock, start, told } = scene();
    start();
    await clock.advance(70_000);
    expect(told()).toEqual([]);
    a.fail(2);
    await clock.advance(290_000);
    expect(told()).toEqual([
      'mirror b serves in the place of mirror a: mirror a: connection refused',
    ]);
    await clock.advance(800_000);
    expect(told().slice(1)).toEqual(['mirror a serves again']);
    await manager.close();
  });

  test('tells of an endpoint that is down from the start', async () => {
    const { a, manager, clock, start, told } = scene();
    a.fail(Infinity);
    start();
    await clock.advance(3_600_000);
    expect(told()).toEqual([
      expect.stringMatching(/^mirror b serves in the place of mirror a: mirror a: /),
    ]);
    await manager.close();
  });
});
