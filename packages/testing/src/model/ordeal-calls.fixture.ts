import fc from 'fast-check';
import { asked, type Call, call, nothing } from './ordeal-call.fixture.ts';
import { PIN } from './ordeal-ledger.fixture.ts';
import { promises } from './ordeal-operations.fixture.ts';
import type { OrdealProcess } from './ordeal-process.fixture.ts';

const ready = fc.record({
  from: fc.constantFrom('any' as const, 'origin' as const),
  timeoutMs: fc.constantFrom(0, 100, 5_000, 30_000),
});

const reads = [
  call('read', nothing, (process) => void process.read()),
  call('look', nothing, ({ app, manager }) => void JSON.stringify([app.status, manager.summary()])),
  asked('refresh', nothing, ({ app, world }) =>
    app.refresh().catch(() => world.must(false, 'refresh() rejected')),
  ),
  asked('refreshIfOlderThan', fc.constantFrom(1, 5_000, 60_000, Infinity), ({ app }, ms) =>
    app.refresh({ ifOlderThanMs: ms }),
  ),
  asked('ready', ready, ({ app }, options) => app.ready(options)),
  call('invalidate', nothing, ({ app }) => app.invalidate()),
  call('pause', nothing, ({ app }) => app.pause()),
  call('resume', nothing, ({ app }) => app.resume()),
];

const participant = fc.record({
  /** How often it is against a change, and how often it falls ill of one. */
  vetoes: fc.nat(2),
  ailments: fc.nat(2),
  /** The last of these is longer than it has. */
  takesMs: fc.constantFrom(0, 500, 1_500),
  staysMs: fc.constantFrom(1_000, 20_000),
});

type Participant = typeof participant extends fc.Arbitrary<infer P> ? P : never;

function attach({ app, world }: OrdealProcess, given: Participant): void {
  // whatever it falls ill of is barred, or goes
  const illness = world.ledgers.app.begin((name) => (name === PIN ? 'brings' : 'takes'));
  let { vetoes, ailments } = given;
  const { clock } = world;
  const leave = app.attach({
    name: `participant ${(world.participants += 1)}`,
    timeoutMs: 1_000,
    async apply() {
      if (given.takesMs > 0 && !world.healing)
        await new Promise<void>((resolve) => void clock.setTimer(given.takesMs, resolve));
      return world.healing || (vetoes -= 1) < 0;
    },
    undo() {},
    healthCheck: () => world.healing || (ailments -= 1) < 0,
  });
  clock.setTimer(given.staysMs, () => {
    leave();
    world.ledgers.app.end(illness);
  });
}

const deeds = [...promises, call('attach', participant, attach)];

const ends = [
  asked('close', nothing, ({ app }) => app.close()),
  asked('closeManager', nothing, ({ manager }) => manager.close()),
  asked('unregister', nothing, ({ manager }) => manager.unregister('app')),
];

/** What only a listener does. */
const mishaps = [
  call('throw', nothing, () => {
    throw new Error('listener');
  }),
  call('reject', nothing, () => Promise.reject(new Error('listener'))),
];

/** What is done between listeners: what ends a config is left to them, and to restarts. */
export const calls: fc.Arbitrary<Call> = fc.oneof(...reads, ...reads, ...deeds);

/** What operators do. */
export const operations: fc.Arbitrary<Call> = fc.oneof(...deeds);

/** What is done in a listener. */
export const callsOfListeners: fc.Arbitrary<Call> = fc.oneof(
  ...reads,
  ...deeds,
  ...ends,
  ...mishaps,
);
