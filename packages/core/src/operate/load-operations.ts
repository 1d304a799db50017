import { lazily } from '../lazily.ts';
import type * as Operations from './operations.ts';

/** What operators do, loaded on first use. */
export const loadOperations: () => Promise<typeof Operations> = lazily(
  () => import('./operations.ts'),
);
