import type * as Cycle from '../cycle/cycle.ts';
import { seal } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { Pin } from '../state/inputs.ts';

/**
 * What is barred as this release sees it: a document is held against it after its migrations. What cannot be migrated
 * never comes, and stays as it is. Pure.
 */
export function barredNow(
  policy: ConfigPolicy,
  barred: Pin['barred'],
  { upToDate }: Pick<typeof Cycle, 'upToDate'>,
): Pin['barred'] {
  return barred.map((documents) =>
    documents.map((raw) => {
      try {
        return seal(upToDate(policy, raw).raw, raw, policy.limits);
      } catch {
        return raw;
      }
    }),
  );
}
