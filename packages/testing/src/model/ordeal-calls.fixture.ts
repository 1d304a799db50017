import fc from 'fast-check';
import { because } from './operated-arbitraries.fixture.ts';
import type { OrdealProcess } from './ordeal-process.fixture.ts';

/** Something that an application or its operator does, anywhere: in a listener, too. */
export interface Call {
  readonly run: (process: OrdealProcess) => unknown;
  /** What a failure shows. */
  readonly toJSON: () => string;
}

function call<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  run: (process: OrdealProcess, argument: T) => unknown,
): fc.Arbitrary<Call> {
  return arbitrary.map((argument) => ({
    run: (process) => run(process, argument),
    toJSON: () => `${name}(${JSON.stringify(argument) ?? ''})`,
  }));
}

/** A call that gives a promise, which must settle; how it does is its own affair. */
function asked<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  run: (process: OrdealProcess, argument: T) => Promise<unknown>,
): fc.Arbitrary<Call> {
  return call(name, arbitrary, (process, argument) => {
    process.world.promised(name, run(process, argument));
  });
}

const nothing = fc.constant(undefined);
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

const override = fc.record({
  persist: fc.boolean(),
  ttlMs: fc.constantFrom(1_000, 100_000, 10_000_000),
});

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
  let { vetoes, ailments } = given;
  const { clock } = world;
  const leave = app.attach({
    name: `participant ${(world.participants += 1)}`,
    timeoutMs: 1_000,
    async apply() {
      if (given.takesMs > 0)
        await new Promise<void>((resolve) => void clock.setTimer(given.takesMs, resolve));
      return world.healing || (vetoes -= 1) < 0;
    },
    undo() {},
    healthCheck: () => world.healing || (ailments -= 1) < 0,
  });
  clock.setTimer(given.staysMs, leave);
}

const operations = [
  asked('override', override, ({ app }, options) =>
    app.override({ laid: 'over' }, { ...because, ...options }),
  ),
  asked('clearOverrides', nothing, ({ app }) => app.clearOverrides(because)),
  asked(
    'rollback',
    fc.record({ back: fc.integer({ min: 1, max: 3 }), pin: fc.constantFrom('document', 'all') }),
    ({ app }, { back, pin }) => app.rollback(app.status.version - back, { ...because, pin }),
  ),
  asked('pin', nothing, ({ app }) => app.pin(because)),
  asked('unpin', nothing, ({ app }) => app.unpin(because)),
  call('attach', participant, attach),
];

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
export const calls: fc.Arbitrary<Call> = fc.oneof(...reads, ...reads, ...operations);

/** What is done in a listener. */
export const callsOfListeners: fc.Arbitrary<Call> = fc.oneof(
  ...reads,
  ...operations,
  ...ends,
  ...mishaps,
);
