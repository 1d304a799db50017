import type { ErrorCode } from '../errors.ts';
import { checkOf } from '../lazy-base.ts';
import type { Outcome } from '../outcome.ts';
import type { Waiting } from '../state/waiting.ts';
import { type Because, checkBecause } from './because.ts';
import type { OperatedConfig } from './operated-config.ts';

/** Takes the document that was refused by what it was compared with, past the limit of updates and `maxRemoved`. */
export async function acceptRefused(config: OperatedConfig, options: Because): Promise<Outcome> {
  checkBecause(checkOf(config.policy, 'acceptRefused'), options);
  const { by, reason } = options;
  const { waiting } = config.state;
  const sources = [...waiting.keys()].filter((source) => isAcceptable(waiting[source]));
  if (sources.length === 0) return { kind: 'unchanged' };
  return config.propose({ kind: 'waiting', sources, trigger: 'operator', by, reason });
}

/** Only what a document was compared with can be passed over; the schema, rules and participants never. */
function isAcceptable(waiting: Waiting | undefined): boolean {
  return waiting?.kind === 'kept' && COMPARED.has(waiting.error.code);
}

const COMPARED: ReadonlySet<ErrorCode> = new Set(['REMOVED_TOO_MUCH', 'WENT_BACK']);
