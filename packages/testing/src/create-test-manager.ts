import { type ConfigManager, createConfigManager, type ManagerOptions } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { type ManualClock, manualClock } from './manual-clock.ts';
import { seededRandom } from './seeded-random.ts';

/** Options of {@link createTestManager}: those of a manager, with time and chance already in hand. */
export interface TestManagerOptions extends Omit<ManagerOptions, 'clock' | 'random'> {
  /** Time of the manager. @default {a new `manualClock()`} */
  readonly clock?: ManualClock;
  /** Seed of the random numbers, 0 or more. @default {1} */
  readonly seed?: number;
}

/** A manager whose time stands still until the test moves it. */
export interface TestManager {
  /** On that clock. */
  readonly manager: ConfigManager;
  /** Moves when told to. */
  readonly clock: ManualClock;
}

const KNOWN = [
  'clock',
  'seed',
  'cache',
  'cacheKeys',
  'environment',
  'logger',
  'maxConcurrentPolls',
  'breaker',
  'audit',
] satisfies (keyof TestManagerOptions)[];

/**
 * A manager on a manual clock with seeded random numbers: the same test does the same every time, and an hour of polling
 * takes milliseconds.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function createTestManager(options: TestManagerOptions = {}): TestManager {
  const check: OptionChecks = new OptionChecks('createTestManager()');
  check.object('options', options, KNOWN);
  const { clock = manualClock(), seed = 1, ...rest } = options;
  check.methods('clock', clock, ['now', 'monotonic', 'setTimer', 'advance']);
  check.count('seed', seed, 0);
  const manager = createConfigManager({ ...rest, clock, random: seededRandom(seed) });
  return { manager, clock };
}
