import type { ConfigPolicy } from '../options/config.ts';
import * as words from './describe-issues.ts';
import { Validation, type Verdict } from './validate.ts';

/** Asks a schema that has to answer at once; what says why it refuses is there already. */
export function validateNow(
  policy: Pick<ConfigPolicy, 'schema' | 'secrets'>,
  value: unknown,
): Verdict {
  const answer = new Validation(policy).run(value, (describe) => invalid(describe(words)));
  if (!(answer instanceof Promise)) return answer;
  return invalid('cannot be checked at once: the schema is asynchronous');
}

function invalid(why: string): Verdict {
  return { kind: 'invalid', why };
}
