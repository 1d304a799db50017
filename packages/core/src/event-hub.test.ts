import { channel } from 'node:diagnostics_channel';
import { manualClock } from '@holdfast/testing';
import { expect, test, vi } from 'vitest';
import { HoldfastError } from './errors.ts';
import { EventHub } from './event-hub.ts';
import type { HoldfastEvent } from './events.ts';

const HELD = { source: 's', trigger: 'poll', until: 5 } as const;

function rig() {
  const clock = manualClock({ startAt: 1_000 });
  const hub = new EventHub(clock);
  const held = (): void => hub.emit('document.held', 'app', () => HELD);
  const turn = (): Promise<void> => clock.advance(0);
  return { clock, hub, held, turn };
}

const boom = (): never => {
  throw new Error('boom');
};

test('emit() hands an event to listeners of its type and of all', () => {
  const { hub, held } = rig();
  const heard: HoldfastEvent[] = [];
  hub.on('document.held', (event) => heard.push(event));
  hub.on('*', (event) => heard.push(event));
  hub.on('config.changed', () => expect.fail('it is another type'));
  held();
  const event = { type: 'document.held', config: 'app', at: 1_000, ...HELD };
  expect(heard).toEqual([event, event]);
});

test('emit() does not make an event that nobody wants', () => {
  const { hub } = rig();
  const details = vi.fn<() => typeof HELD>(() => HELD);
  hub.emit('document.held', 'app', details);
  const off = hub.on('document.held', () => {});
  hub.on('config.changed', () => {});
  off();
  hub.emit('document.held', 'app', details);
  expect(details).not.toHaveBeenCalled();
  hub.on('*', () => {});
  hub.emit('document.held', 'app', details);
  expect(details).toHaveBeenCalledTimes(1);
});

test('emit() computes what is lazy only when it is read', () => {
  const { hub } = rig();
  const changes = vi.fn<() => []>(() => []);
  let event: HoldfastEvent<'config.changed'> | undefined;
  hub.on('config.changed', (heard) => (event = heard));
  hub.emit('config.changed', 'app', () => ({
    version: 1,
    trigger: 'poll' as const,
    get changes() {
      return changes();
    },
  }));
  expect(changes).not.toHaveBeenCalled();
  expect(event?.changes).toEqual([]);
  expect(changes).toHaveBeenCalledTimes(1);
});

test('on() takes the same function twice, and each unsubscribe ends its own, any number of times', () => {
  const { hub, held } = rig();
  const listener = vi.fn<() => void>();
  const first = hub.on('document.held', listener);
  const second = hub.on('document.held', listener);
  held();
  expect(listener).toHaveBeenCalledTimes(2);
  first();
  first();
  held();
  expect(listener).toHaveBeenCalledTimes(3);
  second();
  held();
  expect(listener).toHaveBeenCalledTimes(3);
});

test('emit() goes on to the others when a listener throws, and reports it once', () => {
  const { hub, held } = rig();
  const other = vi.fn<() => void>();
  const failures: HoldfastEvent<'listener.failed'>[] = [];
  hub.on('document.held', boom);
  hub.on('document.held', other);
  hub.on('listener.failed', (event) => failures.push(event));
  held();
  expect(other).toHaveBeenCalledTimes(1);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatchObject({ type: 'listener.failed', config: 'app', at: 1_000 });
  expect(failures[0]!.error).toMatchObject({
    code: 'LISTENER_FAILED',
    message: 'Config "app": a listener of "document.held" failed: boom',
    cause: new Error('boom'),
  });
});

test('emit() reports a listener that rejects later', async () => {
  const { hub, held, turn } = rig();
  const failures: unknown[] = [];
  hub.on('document.held', async () => boom());
  hub.on('listener.failed', ({ error }) => failures.push(error.cause));
  held();
  await turn();
  expect(failures).toEqual([new Error('boom')]);
});

test('emit() reports a listener of "*" that always throws, but not about itself', () => {
  const { hub, held } = rig();
  const heard: string[] = [];
  hub.on('*', ({ type }) => {
    heard.push(type);
    boom();
  });
  held();
  expect(heard).toEqual(['document.held', 'listener.failed']);
});

test.each(['*', 'listener.failed'] as const)(
  'emit() reports an async listener of "%s" that always rejects, but not about itself',
  async (type) => {
    const { hub, held, turn } = rig();
    const heard: string[] = [];
    hub.on('document.held', boom);
    hub.on(type, async (event) => {
      heard.push(event.type);
      // bounded, or a loop of microtasks would never let this test end
      if (heard.length < 50) boom();
    });
    held();
    await turn();
    expect(heard.length).toBeLessThanOrEqual(3);
    held();
    await turn();
    expect(heard.length).toBeLessThanOrEqual(6);
  },
);

test('emit() leaves nobody out when a listener subscribes or unsubscribes others meanwhile', () => {
  const { hub, held } = rig();
  const late = vi.fn<() => void>();
  const other = vi.fn<() => void>();
  const off = hub.on('document.held', () => {
    off();
    hub.on('document.held', late);
  });
  hub.on('document.held', other);
  held();
  expect([other.mock.calls.length, late.mock.calls.length]).toEqual([1, 0]);
  held();
  expect([other.mock.calls.length, late.mock.calls.length]).toEqual([2, 1]);
});

test('emit() may be called by a listener', () => {
  const { hub, held } = rig();
  const heard: string[] = [];
  hub.on('status.changed', () => held());
  hub.on('*', ({ type }) => heard.push(type));
  hub.emit('status.changed', 'app', () => ({
    state: 'fresh' as const,
    previous: 'starting' as const,
  }));
  expect(heard).toEqual(['document.held', 'status.changed']);
});

test.each<[string, unknown, string]>([
  ['a text', 'broken', 'broken'],
  ['nothing', undefined, 'a thrown undefined'],
  ['null', null, 'a thrown null'],
  ['an error without a message', new TypeError(), 'TypeError'],
  ['an object', { message: 'x' }, 'a thrown object'],
])('guard() reports %s that was thrown', (_, thrown, text) => {
  const { hub } = rig();
  const messages: string[] = [];
  hub.on('listener.failed', ({ error }) => messages.push(error.message));
  hub.guard('app', 'a selector', () => {
    throw thrown;
  });
  expect(messages).toEqual([`Config "app": a selector failed: ${text}`]);
});

test('guard() hears out what is like a promise, and leaves other results alone', () => {
  const { hub } = rig();
  const failures: unknown[] = [];
  hub.on('listener.failed', ({ error }) => failures.push(error.cause));
  hub.guard('app', 'x', () => ({
    // oxlint-disable-next-line unicorn/no-thenable -- a promise of another library is the case
    then: (_: unknown, reject: (error: unknown) => void) => reject('later'),
  }));
  hub.guard('app', 'x', () => ({
    // oxlint-disable-next-line unicorn/no-thenable -- data with such a key is the case
    then: 'later',
  }));
  expect(failures).toEqual(['later']);
});

test('emit() publishes on diagnostics_channel while somebody listens there', () => {
  const { held } = rig();
  const heard: unknown[] = [];
  const listener = (message: unknown): void => void heard.push(message);
  const held$ = channel('holdfast:document.held');
  held();
  held$.subscribe(listener);
  held();
  held$.unsubscribe(listener);
  held();
  expect(heard).toMatchObject([{ type: 'document.held', config: 'app', until: 5 }]);
});

test('emit() publishes events of reloads on diagnostics_channel, with their errors as they are', () => {
  const { hub } = rig();
  const heard: unknown[] = [];
  const listener = (message: unknown): void => void heard.push(message);
  const failed$ = channel('holdfast:reload.failed');
  failed$.subscribe(listener);
  const error = new HoldfastError('SCHEMA_FAILED', 'too small');
  const details = { reloadId: 'r1', trigger: 'push', outcome: 'refused', durationMs: 2 } as const;
  hub.emit('reload.failed', 'app', () => ({ ...details, error }));
  failed$.unsubscribe(listener);
  hub.emit('reload.failed', 'app', () => ({ ...details, error }));
  expect(heard).toEqual([{ type: 'reload.failed', config: 'app', at: 1_000, ...details, error }]);
  expect(heard[0]).toHaveProperty('error', error);
});
