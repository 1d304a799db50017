import { caseOf } from './case.ts';
import type { Subject } from './order.ts';
import type { FuzzOrigin } from './origin.ts';
import type { Tally } from './tally.ts';
import { tryCase } from './try-case.ts';

/** A case that failed. */
export interface Finding {
  readonly number: number;
  readonly findings: readonly string[];
}

/** What a run is made of. */
export interface Run {
  readonly seed: number;
  readonly subject: Subject;
  readonly origin: FuzzOrigin;
  readonly tally: Tally;
  /** Whether another case is begun. */
  readonly goesOn: () => boolean;
  readonly onFinding: (finding: Finding) => void;
}

/** Cases at the same time: most of them wait for something. */
const LANES = 12;

/** Goes through the cases of a seed, from the first one on. */
export async function run({ seed, subject, origin, tally, goesOn, onFinding }: Run): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (goesOn()) {
      const number = next++;
      try {
        const { report, findings } = await tryCase(caseOf(seed, number), subject, origin);
        tally.add(report);
        if (findings.length > 0) onFinding({ number, findings });
      } catch (error) {
        // the process under test is gone, and perhaps another case is to blame
        onFinding({ number, findings: [String(error)] });
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
