import fc from 'fast-check';
import { calls, callsOfListeners, operations } from './ordeal-calls.fixture.ts';
import type { CacheMood } from './ordeal-cache.fixture.ts';
import type { Moment } from './ordeal-process.fixture.ts';
import type { OrdealSource, Spoilt } from './ordeal-source.fixture.ts';
import type { OrdealTerms, OrdealWorld } from './ordeal-world.fixture.ts';
import { checkStep } from './ordeal-checks.fixture.ts';

export type Step = fc.AsyncCommand<OrdealWorld, OrdealWorld>;

/** Some are followed by whatever can happen without time passing; after others the next one comes at once. */
function step<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  run: (world: OrdealWorld, argument: T) => unknown,
): fc.Arbitrary<Step> {
  return fc.tuple(arbitrary, fc.boolean()).map(([argument, settles]) => ({
    check: () => true,
    run: async (_, world) => {
      await run(world, argument);
      if (settles) await world.clock.advance(0);
      checkStep(world);
    },
    toString: () => `${name}(${JSON.stringify(argument) ?? ''})${settles ? '' : ' and at once'}`,
  }));
}

const which = fc.nat(2);

/** A step of one of the sources, however many there are. */
function sourceStep<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  run: (source: OrdealSource, argument: T) => void,
): fc.Arbitrary<Step> {
  return step(name, fc.tuple(which, arbitrary), ({ sources }, [index, argument]) =>
    run(sources[index % sources.length]!, argument),
  );
}

const nothing = fc.constant(undefined);

const hints = fc.constantFrom(
  undefined,
  undefined,
  undefined,
  { young: true },
  { ageMs: 100_000 },
  { freshForMs: 1e9 },
);

const news = [
  sourceStep('publish', hints, (source, given) => source.publish('next', given)),
  sourceStep('push', hints, (source, given) => source.publish('push', given)),
  sourceStep('changed', nothing, ({ loader }) => loader.changed()),
  sourceStep('connect', nothing, ({ loader }) => loader.connect()),
];

const faults = [
  sourceStep('spoil', fc.constantFrom<Spoilt>('gone', 'no JSON', 'no part'), (source, how) =>
    source.spoil(how),
  ),
  sourceStep('fail', fc.constantFrom(1, 3, Infinity), ({ loader }, times) => loader.fail(times)),
  // wrongly, and of an answer that is older than what is known
  sourceStep('unchanged', fc.constantFrom(0, 100_000), ({ loader }, ageMs) =>
    loader.unchanged(1, { ageMs }),
  ),
  sourceStep('delay', fc.constantFrom(10, 1_000, 4_000), ({ loader }, ms) => loader.delay(ms)),
  sourceStep('hang', nothing, ({ loader }) => loader.hang()),
  sourceStep('release', nothing, ({ loader }) => loader.release()),
  sourceStep('heal', nothing, ({ loader }) => loader.heal()),
  sourceStep('disconnect', fc.boolean(), ({ loader }, ill) =>
    loader.disconnect(ill ? new Error('reset') : undefined),
  ),
  step(
    'cache',
    fc.constantFrom<CacheMood>('works', 'fails', 'is slow', 'hangs'),
    ({ cache }, mood) => {
      cache.mood = mood;
      if (mood !== 'hangs') cache.release();
    },
  ),
];

const waits = [
  step('advance', fc.nat(3_000), ({ clock }, ms) => clock.advance(ms)),
  step('advance', fc.nat(200_000), ({ clock }, ms) => clock.advance(ms)),
];

const jumps = [
  step('suspend', fc.constantFrom(1_000, 100_000), ({ clock }, ms) => clock.suspend(ms)),
  step('step', fc.integer({ min: -50_000, max: 50_000 }), ({ clock }, ms) => clock.step(ms)),
];

const moment = fc.constantFrom<Moment>(
  'change',
  'config.changed',
  'poll.started',
  'poll.finished',
  'status.changed',
  'document.refused',
  'document.held',
  'watch.changed',
  'breaker.changed',
  'cache.failed',
  'reload.started',
  'reload.validated',
  'reload.participant.finished',
  'reload.completed',
  'reload.failed',
  'reload.rolledback',
  'override.set',
  'override.cleared',
  'history.rolledback',
  'pin.changed',
  'listener.failed',
);

const deeds = [
  step('call', calls, ({ process }, call) => void call.run(process)),
  step('onNext', fc.record({ moment, call: callsOfListeners }), (world, reaction) => {
    world.reactions = [...world.reactions, reaction];
  }),
];

const restart = step('restart', fc.constantFrom(0, 6_000), (world, closingMs) =>
  world.restart(closingMs),
);

const shift = fc.array(fc.record({ call: operations, waitsMs: fc.constantFrom(0, 1, 2_000) }), {
  maxLength: 8,
  size: 'max',
});

export const terms: fc.Arbitrary<OrdealTerms> = fc.record({
  sources: fc.array(
    fc.record({
      watch: fc.boolean(),
      origin: fc.constantFrom(undefined, undefined, 'https://one.test', 'https://other.test'),
      optional: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  lazy: fc.boolean(),
  defaults: fc.boolean(),
  schema: fc.constantFrom('none', 'quick', 'slow'),
  patient: fc.boolean(),
  shifts: fc.tuple(shift, shift),
  seed: fc.nat(1_000),
});

/** What a config is put through. */
export const steps: fc.Arbitrary<Iterable<Step>> = fc.commands(
  [news, news, faults, waits, waits, waits, jumps, deeds, deeds, deeds, deeds, restart].flat(),
  { maxCommands: 80, size: 'max' },
);
