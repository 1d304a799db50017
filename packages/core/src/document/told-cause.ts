import { messageOf } from '../errors.ts';
import { withoutQuotes } from './quotes.ts';
import type { Path } from './path.ts';
import { holdsSecret } from './redact.ts';

/** So many causes of causes are looked at: they may go round in a circle. */
const MOST_CAUSES = 4;

/** What a secret could have got into. */
export interface Exposed {
  /** The values that foreign code was given. */
  readonly values: readonly unknown[];
  /** Where they hold secrets, beside each `Secret` in them. */
  readonly secrets: readonly Path[];
}

/**
 * What foreign code threw, to be kept as the `cause` of an error. Whole where there are no secrets. Where there are any,
 * whatever hangs on it could be one (a driver adds what it was asked to connect with): then a copy with its words alone,
 * each of them `[secret]` where it quotes one. Never throws itself.
 */
export function toldCause(thrown: unknown, { values, secrets }: Exposed): unknown {
  if (secrets.length === 0 && !values.some(holdsSecret)) return thrown;
  return wordsOf(thrown, (text) => withoutQuotes(text, values, secrets), MOST_CAUSES);
}

function wordsOf(thrown: unknown, say: (text: string) => string, left: number): Error {
  const { name, code, stack, cause } = membersOf(thrown);
  const inner = cause !== undefined && left > 1 && { cause: wordsOf(cause, say, left - 1) };
  const error = new Error(say(messageOf(thrown)), inner || undefined);
  // its own stack would lead here, not to what went wrong
  const told = { name: name ?? error.name, code, stack: stack ?? String(error) };
  for (const [key, text] of Object.entries(told)) {
    if (typeof text !== 'string' && typeof text !== 'number') continue;
    Object.defineProperty(error, key, { value: say(String(text)), enumerable: key === 'code' });
  }
  return error;
}

function membersOf(thrown: unknown): Readonly<Record<string, unknown>> {
  try {
    const { name, code, stack, cause } = Object(thrown) as Record<string, unknown>;
    return { name, code, stack, cause };
  } catch {
    // it lets nobody look
    return {};
  }
}
