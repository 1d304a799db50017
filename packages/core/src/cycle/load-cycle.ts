import { type Lazy, lazily } from '../lazily.ts';
import type * as CycleModule from './cycle.ts';

/** Loaded in the background at the first `register`: a first document finds it there. */
export const loadCycle: Lazy<typeof CycleModule> = lazily(() => import('./cycle.ts'));
