export { createTestManager } from './create-test-manager.ts';
export type { TestManager, TestManagerOptions } from './create-test-manager.ts';
export { manualClock } from './manual-clock.ts';
export type { ManualClock, ManualClockOptions } from './manual-clock.ts';
export { mockLoader } from './mock-loader.ts';
export type {
  MockDocumentOptions,
  MockLoad,
  MockLoader,
  MockLoaderOptions,
} from './mock-loader.ts';
export { recordEvents } from './record-events.ts';
export type { EventRecord } from './record-events.ts';
export { seededRandom } from './seeded-random.ts';
